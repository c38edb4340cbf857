//! Tokens of the development issuer, under the names that tests and the demo agree on.

use standing::development::{DevelopmentIssuer, Unusable, Wanted};
use vocabulary::{OrgNumber, Timestamp};

/// The issuer.
pub const ISSUER: &str = "https://test.example/";
/// The service that tokens are for.
pub const AUDIENCE: &str = "https://samsyn.example";
/// The scope of who hands in.
pub const SCOPE: &str = "samsyn:tilsyn/publish.write";

/// A token of an organisation, issued at `now`.
pub fn token(
    issuer: &DevelopmentIssuer,
    consumer: OrgNumber,
    now: Timestamp,
) -> Result<String, Unusable> {
    let wanted =
        Wanted { issuer: ISSUER, audience: AUDIENCE, scope: SCOPE, consumer, supplier: None };
    issuer.token(&wanted, now)
}
