//! Wrong certificates: recorded, and the page is read all the same. Old protocols: recorded, and nothing is read.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::net::SocketAddr;
use std::sync::Arc;

use govcensus::crawl::{Listener, Names, Roots, Web, walk};
use govcensus::evidence::store::{Archive, Store};
use govcensus::evidence::{FailureKind, TlsFault};
use govcensus::site::Site;
use tokio_util::sync::CancellationToken;

use crate::secure::{Authority, Retort, SignedBy, naming_its_issuer, params, retort, serve};
use crate::server::ordinary_site;
use crate::walking::{limits, site};

/// The status of the home page, or why there is none, and what was wrong with the certificate.
async fn home(address: SocketAddr, roots: &Roots) -> (Result<u16, FailureKind>, Option<TlsFault>) {
    let site = Site { rate: Some(1000.0), robots: site().robots, ..ordinary_site("https://a.example/") };
    let names = Names::closed().with("a.example", None, address);
    let web = Web::trusting(roots, names, None, limits()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(Store::create(folder.path(), &site.id).unwrap());
    walk(&site, &web, store, &Listener::none(), &CancellationToken::new()).await.unwrap();
    let archive = Archive::open(folder.path()).unwrap();
    let entry = archive.entries().iter().find(|it| it.address().as_str() == "https://a.example/").unwrap();
    (entry.result, entry.tls)
}

#[tokio::test]
async fn a_page_behind_a_wrong_certificate_is_read_and_the_fault_is_named() {
    let (ours, dated) = (Authority::root("A root that is trusted"), |year| {
        let mut dated = params("a.example");
        (dated.not_before, dated.not_after) =
            (rcgen::date_time_ymd(year, 1, 1), rcgen::date_time_ymd(year + 1, 1, 1));
        dated
    });
    let below = ours.below("An authority below it");
    let roots = Roots::mozilla().and(ours.certificate.der().to_vec()).unwrap();
    let (trusted, by_below) = (|| SignedBy::Authority(&ours), || SignedBy::Authority(&below));
    for (params, by, fault) in [
        (params("a.example"), trusted(), None),
        (params("b.example"), trusted(), Some(TlsFault::WrongName)),
        (dated(2016), trusted(), Some(TlsFault::Expired)),
        (dated(2100), trusted(), Some(TlsFault::NotYetValid)),
        (naming_its_issuer("a.example"), by_below(), Some(TlsFault::IncompleteChain)),
        // It does not say where the rest of the chain is, so that one is missing cannot be known.
        (params("a.example"), by_below(), Some(TlsFault::UnknownIssuer)),
        (params("a.example"), SignedBy::Nobody, Some(TlsFault::UnknownIssuer)),
        (params("a.example"), SignedBy::Itself, Some(TlsFault::SelfSigned)),
        (params("b.example"), SignedBy::Itself, Some(TlsFault::SelfSigned)),
        (dated(2016), SignedBy::Itself, Some(TlsFault::Expired)),
        (dated(2016), SignedBy::Nobody, Some(TlsFault::Expired)),
    ] {
        assert_eq!(home(serve(params, by).await, &roots).await, (Ok(200), fault));
    }
}

#[tokio::test]
async fn a_server_that_speaks_no_tls_of_today_is_not_read_and_told_by_what_it_said() {
    for (said, fault) in [
        (Retort::OldHello, TlsFault::TooOld),
        (Retort::NoSuchVersion, TlsFault::TooOld),
        // This may be age as well, and may be something else, so it is not said to be age.
        (Retort::NothingInCommon, TlsFault::NoCommonCipher),
        (Retort::Plain, TlsFault::Other),
    ] {
        let found = home(retort(said).await, &Roots::mozilla()).await;
        assert_eq!(found, (Err(FailureKind::Tls(fault)), None), "{said:?}");
    }
}
