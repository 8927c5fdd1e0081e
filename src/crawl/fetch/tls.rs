//! Certificates: what is wrong with one is recorded, and the page is read all the same.
//!
//! A wrong certificate is a finding, and a page behind one is still a page for its visitors. So the verifier judges
//! every certificate and then lets the connection go on; nothing secret is ever sent, so nothing can be lost by it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    AlertDescription, CertificateError, ClientConfig, DigitallySignedStruct, Error, PeerIncompatible,
    RootCertStore, SignatureScheme,
};

use crate::base::Moment;
use crate::evidence::TlsFault;

/// What was found wrong, by server name. A resumed session shows no certificate, so the last verdict stands.
#[derive(Debug, Default)]
pub(super) struct Faults(Mutex<HashMap<String, TlsFault>>);

impl Faults {
    /// What is wrong with the certificate of this host.
    pub(super) fn of(&self, host: &str) -> Option<TlsFault> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(host).copied()
    }

    fn set(&self, host: &str, fault: Option<TlsFault>) {
        let mut faults = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match fault {
            Some(fault) => faults.insert(host.to_owned(), fault),
            None => faults.remove(host),
        };
    }
}

/// Who may vouch for a certificate.
#[derive(Clone, Debug)]
pub struct Roots(Arc<RootCertStore>);

impl Roots {
    /// The roots of Mozilla: the same verdict on every machine.
    pub fn mozilla() -> Self {
        Self(Arc::new(RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() }))
    }

    /// One more root, as DER. The error says why it is none.
    pub fn and(&self, root: Vec<u8>) -> Result<Self, Error> {
        let mut roots = RootCertStore::clone(&self.0);
        roots.add(CertificateDer::from(root))?;
        Ok(Self(Arc::new(roots)))
    }
}

/// A client configuration that records into `faults`.
pub(super) fn config(faults: Arc<Faults>, roots: &Roots) -> Result<ClientConfig, Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let strict = WebPkiServerVerifier::builder_with_provider(Arc::clone(&roots.0), Arc::clone(&provider))
        .build()
        .map_err(|error| Error::General(error.to_string()))?;
    let verifier = Recording { strict, faults, provider: Arc::clone(&provider) };
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth())
}

/// When a certificate runs out; `None` when that cannot be read from it.
pub(super) fn expiry(certificate: &[u8]) -> Option<Moment> {
    let (_, rest) = element(validity(certificate)?)?;
    let tag = *rest.first()?;
    let (text, _) = element(rest)?;
    let text = std::str::from_utf8(text).ok()?.strip_suffix('Z')?;
    // RFC 5280, 4.1.2.5: a UTCTime has two digits of the year, of which 50 and more belong to the last century.
    let text = match (tag, text.get(..2)?) {
        (0x17, year) if year < "50" => format!("20{text}"),
        (0x17, _) => format!("19{text}"),
        _ => text.to_owned(),
    };
    if text.len() != 14 || !text.bytes().all(|it| it.is_ascii_digit()) {
        return None;
    }
    let at = |from: usize, to: usize| &text[from..to];
    let (day, time) =
        ([at(0, 4), at(4, 6), at(6, 8)].join("-"), [at(8, 10), at(10, 12), at(12, 14)].join(":"));
    Moment::parse(&format!("{day}T{time}Z"))
}

/// What a handshake that failed says about the server.
pub(super) fn fault_of(error: &Error) -> TlsFault {
    match error {
        Error::InvalidCertificate(error) => of_certificate(error, None),
        // The server names a version in its hello that we do not speak, or says that ours is none of its.
        Error::AlertReceived(AlertDescription::ProtocolVersion)
        | Error::PeerIncompatible(
            PeerIncompatible::ServerDoesNotSupportTls12Or13
            | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig,
        ) => TlsFault::TooOld,
        // What a server says that offers only what rustls left out, RSA key exchange and CBC among them; but also one
        // that wants something else of us. So it is not said to be old.
        Error::AlertReceived(AlertDescription::HandshakeFailure | AlertDescription::InsufficientSecurity)
        | Error::PeerIncompatible(_) => TlsFault::NoCommonCipher,
        _ => TlsFault::Other,
    }
}

#[derive(Debug)]
struct Recording {
    strict: Arc<WebPkiServerVerifier>,
    faults: Arc<Faults>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Recording {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verdict =
            self.strict.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        let fault = verdict.err().map(|error| match error {
            Error::InvalidCertificate(error) => {
                of_certificate(&error, Some((end_entity, intermediates.is_empty())))
            }
            _ => TlsFault::Other,
        });
        self.faults.set(&server_name.to_str(), fault);
        Ok(ServerCertVerified::assertion())
    }

    /// A signature that does not verify (weak keys fail here) is not worth refusing the page for either.
    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// `shown` is the server's own certificate, and whether it came alone.
fn of_certificate(error: &CertificateError, shown: Option<(&[u8], bool)>) -> TlsFault {
    match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => TlsFault::Expired,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => TlsFault::NotYetValid,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            TlsFault::WrongName
        }
        CertificateError::UnknownIssuer => match shown {
            Some((cert, _)) if is_self_issued(cert) => TlsFault::SelfSigned,
            Some((cert, true)) if names_its_issuer(cert) => TlsFault::IncompleteChain,
            _ => TlsFault::UnknownIssuer,
        },
        // "A CA used as a server" is what `openssl req -x509` makes.
        _ if shown.is_some_and(|(cert, _)| is_self_issued(cert)) => TlsFault::SelfSigned,
        _ => TlsFault::Other,
    }
}

/// Whether issuer and subject are the same bytes. A certificate that cannot be read is not said to be.
fn is_self_issued(cert: &[u8]) -> bool {
    names(cert).is_some_and(|(issuer, subject)| issuer == subject)
}

/// Whether the certificate says where its issuer's can be fetched (id-ad-caIssuers), so that one is missing.
fn names_its_issuer(cert: &[u8]) -> bool {
    const CA_ISSUERS: &[u8] = &[0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x02];
    cert.windows(CA_ISSUERS.len()).any(|window| window == CA_ISSUERS)
}

/// Issuer and subject of an X.509 certificate (RFC 5280, 4.1), as DER.
fn names(cert: &[u8]) -> Option<(&[u8], &[u8])> {
    parts(cert).map(|(issuer, _, subject)| (issuer, subject))
}

/// From when until when it holds.
fn validity(cert: &[u8]) -> Option<&[u8]> {
    parts(cert).map(|(_, validity, _)| validity)
}

/// Issuer, validity and subject.
fn parts(cert: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let (certificate, _) = element(cert)?;
    let (mut fields, _) = element(certificate)?;
    // The version is tagged [0] and may be left out.
    if fields.first() == Some(&0xa0) {
        fields = element(fields)?.1;
    }
    let (_serial, rest) = element(fields)?;
    let (_signature, rest) = element(rest)?;
    let (issuer, rest) = element(rest)?;
    let (validity, rest) = element(rest)?;
    let (subject, _) = element(rest)?;
    Some((issuer, validity, subject))
}

/// The content of the first DER element, and what follows it.
fn element(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let [_tag, length, rest @ ..] = der else { return None };
    if *length < 0x80 {
        return rest.split_at_checked(usize::from(*length));
    }
    let count = usize::from(length & 0x7f);
    let (digits, rest) = rest.split_at_checked(count).filter(|_| (1..=4).contains(&count))?;
    let length = digits.iter().fold(0_usize, |sum, digit| sum << 8 | usize::from(*digit));
    rest.split_at_checked(length)
}

#[cfg(test)]
mod tests {
    use super::{element, expiry, is_self_issued, names};

    #[test]
    fn the_day_on_which_a_certificate_runs_out_is_read() {
        let runs_out = |year| {
            let mut params = rcgen::CertificateParams::new(vec!["a.example".to_owned()]).unwrap();
            params.not_after = rcgen::date_time_ymd(year, 3, 9);
            let cert = params.self_signed(&rcgen::KeyPair::generate().unwrap()).unwrap();
            expiry(cert.der()).map(crate::base::Moment::utc)
        };
        // Both ways of writing a time: with two digits of the year, and from 2050 on with four.
        assert_eq!(runs_out(2026).as_deref(), Some("2026-03-09T00:00:00.000Z"));
        assert_eq!(runs_out(2051).as_deref(), Some("2051-03-09T00:00:00.000Z"));
        assert_eq!(expiry(b"\x30\x03abc"), None);
    }

    #[test]
    fn issuer_and_subject_are_told_apart() {
        let ca_key = rcgen::KeyPair::generate().unwrap();
        let mut ca = rcgen::CertificateParams::new(Vec::new()).unwrap();
        ca.distinguished_name.push(rcgen::DnType::CommonName, "A root of our own");
        let own = ca.self_signed(&ca_key).unwrap();
        assert!(is_self_issued(own.der()));
        let key = rcgen::KeyPair::generate().unwrap();
        let issuer = rcgen::Issuer::new(ca, &ca_key);
        let leaf = rcgen::CertificateParams::new(vec!["a.example".to_owned()]).unwrap();
        let leaf = leaf.signed_by(&key, &issuer).unwrap();
        assert!(names(leaf.der()).is_some() && !is_self_issued(leaf.der()));
    }

    #[test]
    fn broken_certificates_are_no_panic() {
        let cert = rcgen::generate_simple_self_signed(vec!["a.example".to_owned()]).unwrap().cert;
        for length in 0..cert.der().len() {
            let _ = is_self_issued(&cert.der()[..length]);
            assert!(length > 100 || expiry(&cert.der()[..length]).is_none());
        }
        assert_eq!(element(&[0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 1]), None);
        assert_eq!(element(&[0x30, 0xff]), None);
    }
}
