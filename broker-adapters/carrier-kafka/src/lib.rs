//! All lanes as topics of Apache Kafka.
