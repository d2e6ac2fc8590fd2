//! Whole-mesh scenarios through the public edges: the program that people run, the subjects that
//! partners speak on, the questions and the books.

#![cfg(test)]
mod documents;
mod mesh;
mod partner;
mod restart;
mod runs;
mod shop;
mod strangers;
