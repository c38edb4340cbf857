//! `samsyn token`: a token of the development issuer, for trying the HTTP intake. Its key and key
//! set are files, made when they are not there; the real issuer is elsewhere.

use crate::demo::write_private;
use daemon::{Clock, WallClock};
use standing::development::{DevelopmentIssuer, Wanted};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use vocabulary::OrgNumber;

/// Arguments of `samsyn token`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Private key of the issuer (PEM); made when it is not there.
    #[arg(long, default_value = "var/development-issuer.pem")]
    key: PathBuf,
    /// Where its public key set is written, for `connector.http.tokens.keys`.
    #[arg(long, default_value = "var/development-issuer.jwks.json")]
    keys: PathBuf,
    /// The issuer's name.
    #[arg(long, default_value = kit::ISSUER)]
    issuer: String,
    /// For whom the token is.
    #[arg(long, default_value = kit::AUDIENCE)]
    audience: String,
    /// Scopes, separated by blanks.
    #[arg(long, default_value = kit::SCOPE)]
    scope: String,
    /// The organisation it is issued to.
    #[arg(long)]
    consumer: OrgNumber,
    /// Who acts for it.
    #[arg(long)]
    supplier: Option<OrgNumber>,
}

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "the verb's answer")]
pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    match token(arguments) {
        Ok(token) => {
            println!("{token}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("token: {error}");
            ExitCode::FAILURE
        }
    }
}

fn token(arguments: &Arguments) -> Result<String, String> {
    let issuer = issuer(&arguments.key)?;
    fs::write(&arguments.keys, issuer.key_set()).map_err(|error| format!("key set: {error}"))?;
    let wanted = Wanted {
        issuer: &arguments.issuer,
        audience: &arguments.audience,
        scope: &arguments.scope,
        consumer: arguments.consumer,
        supplier: arguments.supplier,
    };
    issuer.token(&wanted, WallClock.now()).map_err(|error| error.to_string())
}

fn issuer(file: &Path) -> Result<DevelopmentIssuer, String> {
    if file.exists() {
        let pem = fs::read(file).map_err(|error| format!("key: {error}"))?;
        return DevelopmentIssuer::from_pem(&pem).map_err(|error| error.to_string());
    }
    let issuer = DevelopmentIssuer::generate().map_err(|error| error.to_string())?;
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).map_err(|error| format!("key: {error}"))?;
    }
    write_private(file, issuer.pem().expose())?;
    Ok(issuer)
}
