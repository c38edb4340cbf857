//! librdkafka's errors in the port's words. Nothing but codes is logged: a text could quote a name.

use carrier::{Error, Permanent, Temporary};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};

/// The port's word for an error of librdkafka.
pub(crate) fn word(error: &KafkaError) -> Error {
    error.rdkafka_error_code().map_or(Error::Temporary(Temporary::Unavailable), word_of)
}

/// The port's word for a code of librdkafka.
pub(crate) fn word_of(code: RDKafkaErrorCode) -> Error {
    let answer = match code {
        RDKafkaErrorCode::MessageSizeTooLarge | RDKafkaErrorCode::InvalidMessageSize => {
            Error::Permanent(Permanent::TooLarge)
        }
        RDKafkaErrorCode::QueueFull => Error::Temporary(Temporary::Busy),
        RDKafkaErrorCode::KafkaStorageError => Error::Temporary(Temporary::Full),
        _ => Error::Temporary(Temporary::Unavailable),
    };
    tracing::warn!(code = answer.code(), kafka = ?code, "kafka failed");
    answer
}

/// Whether another exchange with the same number has taken over.
pub(crate) fn is_fenced(error: &KafkaError) -> bool {
    error.rdkafka_error_code().is_some_and(is_fence)
}

/// The same of a code.
pub(crate) const fn is_fence(code: RDKafkaErrorCode) -> bool {
    matches!(
        code,
        RDKafkaErrorCode::Fenced
            | RDKafkaErrorCode::ProducerFenced
            | RDKafkaErrorCode::InvalidProducerEpoch
            | RDKafkaErrorCode::InvalidProducerIdMapping
    )
}

/// Whether the group has gone on without this member.
pub(crate) fn is_out_of_group(error: &KafkaError) -> bool {
    matches!(
        error.rdkafka_error_code(),
        Some(
            RDKafkaErrorCode::IllegalGeneration
                | RDKafkaErrorCode::UnknownMemberId
                | RDKafkaErrorCode::RebalanceInProgress
                | RDKafkaErrorCode::FencedInstanceId
        )
    )
}

/// Whether nobody leads the topic, as far as the client was told: `offsets_for_times` says the one,
/// `fetch_watermarks` the other.
pub(crate) fn is_leaderless(error: &KafkaError) -> bool {
    matches!(
        error.rdkafka_error_code(),
        Some(RDKafkaErrorCode::LeaderNotAvailable | RDKafkaErrorCode::UnknownPartition)
    )
}

/// Whether the topic is not known to the broker that was asked, perhaps not yet.
pub(crate) fn is_unknown_topic(error: &KafkaError) -> bool {
    is_leaderless(error)
        || matches!(
            error.rdkafka_error_code(),
            Some(
                RDKafkaErrorCode::UnknownTopic
                    | RDKafkaErrorCode::UnknownTopicOrPartition
                    | RDKafkaErrorCode::NotLeaderForPartition
            )
        )
}
