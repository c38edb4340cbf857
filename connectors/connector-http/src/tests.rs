//! Real sockets and real TLS on loopback, in both directions.

mod hook;
mod intake;
mod words;
