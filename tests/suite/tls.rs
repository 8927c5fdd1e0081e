//! Wrong certificates: recorded, and the page is read all the same.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::net::SocketAddr;
use std::sync::Arc;

use govcensus::crawl::{Limits, Listener, Names, Web, walk};
use govcensus::evidence::store::{Archive, Store};
use govcensus::evidence::{FailureKind, TlsFault};
use govcensus::site::{Robots, Site};
use rcgen::{CertificateParams, Issuer, KeyPair};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_util::sync::CancellationToken;

use crate::server::ordinary_site;

/// A server whose certificate is made from `params`; by a root that nobody knows, or by itself.
pub(crate) async fn serve(params: CertificateParams, by: SignedBy) -> SocketAddr {
    let key = KeyPair::generate().unwrap();
    let cert = match by {
        SignedBy::Itself => params.self_signed(&key).unwrap(),
        SignedBy::Nobody => {
            let mut root = CertificateParams::new(Vec::new()).unwrap();
            root.distinguished_name.push(rcgen::DnType::CommonName, "Nobody");
            let root_key = KeyPair::generate().unwrap();
            params.signed_by(&key, &Issuer::new(root, root_key)).unwrap()
        }
    };
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config =
        ServerConfig::builder_with_provider(Arc::new(tokio_rustls::rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key)
            .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let _ = stream.read(&mut [0; 4096]).await;
            let _ = stream
                .write_all(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<p>read")
                .await;
            let _ = stream.shutdown().await;
        }
    });
    address
}

pub(crate) enum SignedBy {
    Itself,
    Nobody,
}

pub(crate) fn params() -> CertificateParams {
    CertificateParams::new(vec!["a.example".to_owned()]).unwrap()
}

/// The status of the home page, or why there is none, and what was wrong with the certificate.
async fn home(address: SocketAddr) -> (Result<u16, FailureKind>, Option<TlsFault>) {
    let robots = Robots::OwnerConsents { reason: "a test".to_owned() };
    let site = Site { rate: Some(1000.0), robots, ..ordinary_site("https://a.example/") };
    let limits = Limits {
        second_chance_after: std::time::Duration::ZERO,
        longest_pause: std::time::Duration::ZERO,
        ..Limits::default()
    };
    let web = Web::new(Names::closed().with("a.example", None, address), None, limits).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(Store::create(folder.path(), &site.id).unwrap());
    walk(&site, &web, store, &Listener::none(), &CancellationToken::new()).await.unwrap();
    let archive = Archive::open(folder.path()).unwrap();
    let entry = archive.entries().iter().find(|it| it.address().as_str() == "https://a.example/").unwrap();
    (entry.result, entry.tls)
}

#[tokio::test]
async fn a_page_behind_a_wrong_certificate_is_read_and_the_fault_is_named() {
    let mut expired = params();
    expired.not_after = rcgen::date_time_ymd(2017, 1, 1);
    let other_name = CertificateParams::new(vec!["b.example".to_owned()]).unwrap();
    for (params, by, fault) in [
        (params(), SignedBy::Itself, TlsFault::SelfSigned),
        (params(), SignedBy::Nobody, TlsFault::UnknownIssuer),
        (expired.clone(), SignedBy::Nobody, TlsFault::Expired),
        (expired, SignedBy::Itself, TlsFault::Expired),
        (other_name, SignedBy::Itself, TlsFault::SelfSigned),
    ] {
        assert_eq!(home(serve(params, by).await).await, (Ok(200), Some(fault)));
    }
}

#[tokio::test]
async fn a_server_that_speaks_no_tls_is_a_failure_of_tls() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        }
    });
    assert_eq!(home(address).await, (Err(FailureKind::Tls(TlsFault::Other)), None));
}

#[tokio::test]
async fn a_server_that_offers_only_old_protocols_is_told_apart() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 4096]).await;
            // A fatal alert: protocol_version.
            let _ = stream.write_all(&[21, 3, 1, 0, 2, 2, 70]).await;
            let _ = stream.shutdown().await;
        }
    });
    assert_eq!(home(address).await, (Err(FailureKind::Tls(TlsFault::TooOld)), None));
}
