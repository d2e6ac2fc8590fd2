//! Scenarios of the whole mesh through its public interfaces: the program, the subjects of
//! partners, the questions and the books.

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
