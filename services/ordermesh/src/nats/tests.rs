//! The table of permissions against a real server: everything allowed works, and everything else
//! fails, in every variant.

mod attacks;
mod elsewhere;
mod lifecycle;
mod mesh_of;
mod partners;
mod traffic;
