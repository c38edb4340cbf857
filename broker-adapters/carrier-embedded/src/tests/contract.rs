//! The contract that every carrier holds. Nothing of the embedded carrier's own is tested here.

carrier::contract!(super::site::Site::new());
