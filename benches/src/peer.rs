//! A peer, started for a bench: a program on Node, or whatever prints its port.

use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A peer at work; it ends with this value.
pub struct Peer {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    /// What it runs on.
    pub name: String,
}

impl Peer {
    /// Installs `package` into `folder` with npm and starts `program` of `benches/peers` with `arguments`, or says what is missing.
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
        let mut command = Command::new("node");
        command.arg(script).arg(folder).args(arguments).env("NODE_ENV", "production");
        Self::spawn(command, format!("{package}, Node {node}"))
    }

    /// Starts `command`, which prints the port of loopback that it listens on.
    pub fn spawn(mut command: Command, name: String) -> Result<Self, String> {
        let mut child = command.stdout(Stdio::piped()).spawn().map_err(|cause| format!("{name}: {cause}"))?;
        let mut port = String::new();
        let said = child.stdout.take().map(|said| BufReader::new(said).read_line(&mut port));
        let port = said.and_then(Result::ok).and_then(|_| port.trim().parse().ok());
        let port: u16 = port.ok_or_else(|| format!("{name} does not say where it listens"))?;
        Ok(Self { child, address: (Ipv4Addr::LOCALHOST, port).into(), name })
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
