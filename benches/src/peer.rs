//! A peer on Node, started for a bench.

use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A program of `benches/peers` at work; it ends with this value.
pub struct Peer {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    /// What it runs on.
    pub name: String,
}

impl Peer {
    /// Installs `package` into `folder` with npm and starts `program` with `arguments`; says in a word what is missing.
    pub fn start(program: &str, package: &str, folder: &Path, arguments: &[&Path]) -> Result<Self, String> {
        let output = |command: &mut Command| {
            let output = command.stderr(Stdio::null()).output().ok()?;
            output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
        };
        let node = output(Command::new("node").arg("--version")).ok_or("node is not installed")?;
        let install = ["install", "--silent", "--no-audit", "--no-fund", "--prefix"];
        output(Command::new("npm").args(install).arg(folder).arg(package))
            .ok_or(format!("npm cannot install {package}"))?;
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers").join(program);
        let mut child = Command::new("node")
            .arg(script)
            .arg(folder)
            .args(arguments)
            .env("NODE_ENV", "production")
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|cause| cause.to_string())?;
        let mut port = String::new();
        let said = child.stdout.take().map(|said| BufReader::new(said).read_line(&mut port));
        let port = said.and_then(Result::ok).and_then(|_| port.trim().parse().ok());
        let port: u16 = port.ok_or_else(|| format!("{program} does not say where it listens"))?;
        Ok(Self { child, address: (Ipv4Addr::LOCALHOST, port).into(), name: format!("{package}, Node {node}") })
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
