//! Whole-mesh scenarios through the public edges: the program that people run, the subjects that
//! partners speak on, the questions and the books.

#![cfg(test)]
mod books;
mod changes;
mod chart;
mod cluster;
mod crowd;
mod currencies;
mod documents;
mod edi;
mod exceptions;
mod external;
mod formats;
mod import;
mod load;
mod manifests;
mod mesh;
mod partner;
mod partners;
mod replicas;
mod restart;
mod runs;
mod separate;
mod shop;
mod simulation;
mod strangers;
mod topology;
