//! The ledger as a process: it tells its health, drains when asked, and is alone on its vault.
#![cfg(test)]

use seal::SigningKey;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

fn settings(home: &Path) -> String {
    let key = SigningKey::generate().unwrap();
    fs::write(home.join("checkpoint.pem"), key.to_pem().unwrap().expose()).unwrap();
    fs::write(home.join("index.secret"), [7; 32]).unwrap();
    let text = format!(
        "admin = {{ address = \"127.0.0.1:0\" }}\ncarrier = {{ file = \"{0}/lanes.sqlite\" }}\n\
         [ledger]\nfolder = \"{0}/ledger\"\norigin = \"samsyn.example/test\"\n\
         checkpoint_key = \"{0}/checkpoint.pem\"\nindex_secret = \"{0}/index.secret\"\n",
        home.display()
    );
    let file = home.join("ledgerd.toml");
    fs::write(&file, text).unwrap();
    file.display().to_string()
}

fn start(settings: &str) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ledgerd"));
    command.args(["--settings", settings]).stdin(Stdio::null()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

/// The admin address that the process announces.
fn announced(child: &mut Child) -> String {
    let lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut addresses = lines.map_while(Result::ok).filter_map(|line| {
        let address = line.split("admin=").nth(1)?.split_whitespace().next()?;
        Some(address.to_owned())
    });
    addresses.next().expect("it announces its admin address")
}

fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn the_ledger_runs_alone_on_its_vault_and_drains() {
    let home = tempfile::tempdir().unwrap();
    let settings = settings(home.path());
    let mut first = start(&settings);
    let address = announced(&mut first);
    let begun = Instant::now();
    while !get(&address, "/health/ready").starts_with("HTTP/1.1 200") {
        assert!(begun.elapsed() < Duration::from_secs(60), "it never became ready");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(get(&address, "/health/live").starts_with("HTTP/1.1 200"));
    assert!(get(&address, "/metrics").contains("samsyn_disclosure_log_entries_total 0"));

    let second = start(&settings).wait_with_output().unwrap();
    assert_eq!(second.status.code(), Some(70));
    assert!(String::from_utf8_lossy(&second.stderr).contains("VAULT-"));

    let asked = Command::new("kill").arg("-TERM").arg(first.id().to_string()).status();
    assert!(asked.unwrap().success());
    assert_eq!(first.wait().unwrap().code(), Some(0));
}
