//! Ports of this machine that nobody else is given.

use std::net::{Ipv4Addr, SocketAddr};

use socket2::{Domain, Socket, Type};

/// A port that is bound and does not listen: a program that the test starts may listen there, again
/// and again, and the kernel gives it to no socket that asks for any free port.
#[derive(Debug)]
pub struct KeptPort {
    address: SocketAddr,
    #[expect(dead_code, reason = "dropping it gives the port back")]
    socket: Socket,
}

impl KeptPort {
    /// A free port, kept until this is dropped.
    pub fn new() -> Self {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        // Two sockets share a port if both ask for it and at most one listens.
        socket.set_reuse_address(true).unwrap();
        socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into()).unwrap();
        let address = socket.local_addr().unwrap().as_socket().unwrap();
        Self { address, socket }
    }

    /// Where to listen.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Default for KeptPort {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use std::net::{TcpListener, TcpStream};

    use super::*;

    #[test]
    fn a_program_listens_where_a_port_is_kept_and_again_after_it_ended() {
        let port = KeptPort::new();
        TcpStream::connect(port.address()).unwrap_err();
        for _ in 0..3 {
            let listener = TcpListener::bind(port.address()).unwrap();
            let _client = TcpStream::connect(port.address()).unwrap();
            let _server = listener.accept().unwrap();
        }
        TcpStream::connect(port.address()).unwrap_err();
    }
}
