//! The carriers' contract on the embedded carrier, and what it alone promises.

mod contract;
mod crash;
mod file;
mod full;
mod retention;
mod site;
