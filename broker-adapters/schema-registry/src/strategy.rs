//! Under which subject a schema is registered. Which lane has which topic is not known here.

use std::str::FromStr;

/// How a subject follows from topic and record, by the names that Confluent gave these ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Strategy {
    /// The record's full name: the same schema on every lane.
    #[default]
    Record,
    /// The topic, so that a lane holds records of one type only.
    Topic,
    /// Topic and record.
    TopicRecord,
}

/// No strategy has this name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a subject strategy: RecordNameStrategy, TopicNameStrategy or TopicRecordNameStrategy")]
pub struct UnknownStrategy;

// === impl Strategy ===

impl Strategy {
    /// The subject of a value on a topic.
    pub fn subject(self, topic: &str, record: &str) -> String {
        match self {
            Strategy::Record => record.to_owned(),
            Strategy::Topic => format!("{topic}-value"),
            Strategy::TopicRecord => format!("{topic}-{record}"),
        }
    }

    /// The name in settings.
    pub const fn as_str(self) -> &'static str {
        match self {
            Strategy::Record => "RecordNameStrategy",
            Strategy::Topic => "TopicNameStrategy",
            Strategy::TopicRecord => "TopicRecordNameStrategy",
        }
    }
}

impl FromStr for Strategy {
    type Err = UnknownStrategy;

    fn from_str(text: &str) -> Result<Self, UnknownStrategy> {
        let all = [Strategy::Record, Strategy::Topic, Strategy::TopicRecord];
        all.into_iter().find(|strategy| strategy.as_str() == text).ok_or(UnknownStrategy)
    }
}
