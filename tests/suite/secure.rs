//! Servers that speak TLS, or something like it, with certificates made for the occasion.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use rcgen::{
    BasicConstraints, Certificate, CertificateParams, CustomExtension, DnType, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::server::Desk;

/// Who vouches for a certificate.
pub(crate) enum SignedBy<'a> {
    /// It does so itself.
    Itself,
    /// A root of its own, that nobody knows.
    Nobody,
    /// This one.
    Authority(&'a Authority),
}

/// A root, or an authority below one.
pub(crate) struct Authority {
    pub(crate) certificate: Certificate,
    params: CertificateParams,
    key: KeyPair,
}

impl Authority {
    /// A root.
    pub(crate) fn root(name: &str) -> Self {
        let (params, key) = (authority(name), KeyPair::generate().unwrap());
        let certificate = params.self_signed(&key).unwrap();
        Self { certificate, params, key }
    }

    /// One for which this one vouches.
    pub(crate) fn below(&self, name: &str) -> Self {
        let (params, key) = (authority(name), KeyPair::generate().unwrap());
        let certificate = self.sign(&params, &key);
        Self { certificate, params, key }
    }

    fn sign(&self, params: &CertificateParams, key: &KeyPair) -> Certificate {
        params.clone().signed_by(key, &Issuer::new(self.params.clone(), &self.key)).unwrap()
    }
}

fn authority(name: &str) -> CertificateParams {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    params
}

/// A certificate for a host.
pub(crate) fn params(host: &str) -> CertificateParams {
    CertificateParams::new(vec![host.to_owned()]).unwrap()
}

/// One that says where the certificate of its issuer can be fetched (RFC 5280, 4.2.2.1).
pub(crate) fn naming_its_issuer(host: &str) -> CertificateParams {
    const CA_ISSUERS: [u8; 10] = [0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x02];
    let place = b"http://ca.example/below.cer";
    let place = [&[0x86, u8::try_from(place.len()).unwrap()], &place[..]].concat();
    let description = sequence(&[&CA_ISSUERS[..], &place].concat());
    let extension = CustomExtension::from_oid_content(&[1, 3, 6, 1, 5, 5, 7, 1, 1], sequence(&description));
    let mut params = params(host);
    params.custom_extensions.push(extension);
    params
}

fn sequence(content: &[u8]) -> Vec<u8> {
    [&[0x30, u8::try_from(content.len()).unwrap()], content].concat()
}

/// A server whose certificate is made from `params`; it reads a page to whoever asks.
pub(crate) async fn serve(params: CertificateParams, by: SignedBy<'_>) -> SocketAddr {
    serve_at(params, by, Desk::new(|_, _| crate::server::page("<p>read"))).await
}

/// The same with the answers of a desk. The certificate is sent alone.
pub(crate) async fn serve_at(params: CertificateParams, by: SignedBy<'_>, desk: Arc<Desk>) -> SocketAddr {
    let key = KeyPair::generate().unwrap();
    let certificate = match by {
        SignedBy::Itself => params.self_signed(&key).unwrap(),
        SignedBy::Nobody => Authority::root("Nobody").sign(&params, &key),
        SignedBy::Authority(authority) => authority.sign(&params, &key),
    };
    let acceptor = acceptor(certificate.der().clone(), &key);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, desk) = (acceptor.clone(), Arc::clone(&desk));
            tokio::spawn(async move {
                if let Ok(stream) = acceptor.accept(stream).await {
                    desk.answer(stream).await;
                }
            });
        }
    });
    address
}

fn acceptor(certificate: CertificateDer<'static>, key: &KeyPair) -> TlsAcceptor {
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

/// What a server says to the first words of a client, when it speaks no TLS of today.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Retort {
    /// Its own hello, of TLS 1.0: what most servers of that age do.
    OldHello,
    /// "None of the versions that you named": what the others do.
    NoSuchVersion,
    /// "Nothing of all that": the methods of encryption, or something else.
    NothingInCommon,
    /// HTTP without TLS.
    Plain,
}

impl Retort {
    fn bytes(self) -> Vec<u8> {
        let alert = |description| vec![21, 3, 1, 0, 2, 2, description];
        match self {
            // A record of TLS 1.0 with a ServerHello: version, 32 random bytes, no session, AES128-SHA, no compression.
            Self::OldHello => {
                let hello = [&[3, 1][..], &[7; 32], &[0, 0x00, 0x2f, 0]].concat();
                let length = u8::try_from(hello.len()).unwrap();
                [&[22, 3, 1, 0, length + 4, 2, 0, 0, length][..], &hello].concat()
            }
            Self::NoSuchVersion => alert(70),
            Self::NothingInCommon => alert(40),
            Self::Plain => b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec(),
        }
    }
}

/// A server that says this to every client.
pub(crate) async fn retort(what: Retort) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let _ = stream.read(&mut [0; 4096]).await;
                let _ = stream.write_all(&what.bytes()).await;
                // Until the client has said what it thinks of that.
                let _ = tokio::time::timeout(Duration::from_secs(5), stream.read(&mut [0; 4096])).await;
            });
        }
    });
    address
}
