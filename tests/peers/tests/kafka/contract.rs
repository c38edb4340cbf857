//! The contract that every carrier holds. Nothing of Kafka's own is tested here.

carrier::contract!(crate::site::Site::new());
