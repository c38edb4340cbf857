//! The command line's calls to a running site: status and questions, over loopback.

use std::path::Path;
use std::time::Duration;

/// Where a site is and the token it asks for, as `samsyn up` wrote them.
pub(crate) struct Client {
    address: String,
    token: String,
    agent: ureq::Agent,
}

// === impl Client ===

impl Client {
    /// Finds the running site of a folder.
    pub(crate) fn of(folder: &Path) -> Result<Client, String> {
        let read = |name: &str| {
            std::fs::read_to_string(folder.join(name))
                .map_err(|error| format!("no site runs in this folder ({name}: {error})"))
        };
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(30)))
            .http_status_as_error(false)
            .build();
        Ok(Client {
            address: read("admin.address")?.trim().to_owned(),
            token: read("admin.token")?.trim().to_owned(),
            agent: config.into(),
        })
    }

    /// Reads a page.
    pub(crate) fn get(&self, path: &str) -> Result<String, String> {
        let url = format!("http://{}{path}", self.address);
        let response = self.agent.get(&url).call().map_err(said)?;
        text(response)
    }

    /// Asks a question; its words travel in the body.
    pub(crate) fn ask(&self, words: &[(&str, &str)]) -> Result<String, String> {
        let url = format!("http://{}/question", self.address);
        let bearer = format!("Bearer {}", self.token);
        let asked = self.agent.post(&url).header("authorization", &bearer);
        text(asked.send_form(words.iter().copied()).map_err(said)?)
    }
}

fn text(mut response: ureq::http::Response<ureq::Body>) -> Result<String, String> {
    let ok = response.status().is_success();
    let body = response.body_mut().read_to_string().map_err(said)?;
    if ok { Ok(body) } else { Err(body.trim().to_owned()) }
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that `map_err` calls")]
fn said(error: ureq::Error) -> String {
    format!("the site does not answer: {error}")
}
