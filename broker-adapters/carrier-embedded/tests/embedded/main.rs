//! The carriers' contract on the embedded carrier, and what it alone promises. One binary.

mod contract;
mod crash;
mod file;
mod full;
mod retention;
mod site;
