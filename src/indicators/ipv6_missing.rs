//! # ipv6-missing
//!
//! ## What it asks
//! Can the home page be reached over IPv6 (IPv6改造)?
//!
//! ## How it is judged
//! The crawl looks up the name of the home page and, when it has an address of IPv6 (AAAA) and this machine has IPv6, opens
//! a connection to it. No address, or one that cannot be connected to, is a sign. The system's resolver does not say why
//! a name has no such address, so signs never fail: each is put to a person. Where this machine has no IPv6, or the
//! roster says where to connect, nothing was tested and nothing is said.
//!
//! ## What it cannot see
//! Whether the page is the same over IPv6; pages of the second and third level; name servers on IPv6.

use serde::Deserialize;

use crate::audit::{Finding, Indicator, Subject, SubjectKind, Survey, Verdict};
use crate::base::NonEmpty;
use crate::dossier::Dossier;
use crate::evidence::{Gap, Ipv6, Need};

pub(super) struct Ipv6Missing;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Terms {}

impl Indicator for Ipv6Missing {
    const ID: &'static str = "ipv6-missing";
    const NEEDS: &'static [Need] = &[Need::Home, Need::Ipv6];
    type Terms = Terms;

    fn judge(dossier: &Dossier<'_>, _: &Terms) -> Result<Verdict, Gap> {
        let home = dossier.home()?;
        let host = home.address.host();
        let mut survey = Survey::default();
        let fault = match dossier.ipv6()? {
            Ipv6::Reachable => None,
            Ipv6::NotTested => return Err(Gap::Ipv6NotTested),
            Ipv6::NoAddress => Some(format!("域名{host}未查到IPv6地址（AAAA记录）。")),
            Ipv6::Unreachable => Some(format!("域名{host}有IPv6地址，但通过IPv6不能连接。")),
        };
        match fault {
            None => survey.sound(),
            Some(message) => {
                let subject = Subject::at(SubjectKind::Site, "IPv6", &home.address);
                let evidence = NonEmpty::one(home.citation.clone());
                survey.found(Finding::new(subject, message, home.address.clone(), evidence));
            }
        }
        Ok(survey.proposal("没有可检查的域名"))
    }
}
