//! The table of permissions against a real server: what must work does, and what must not does
//! not, in whatever way it is tried.

mod attacks;
mod elsewhere;
mod lifecycle;
mod mesh_of;
mod partners;
mod traffic;
