//! A root and authorities of any seed, role and dates.

use super::{day, key};
use crate::{
    authority::{AuthorityExtension, Committee, Filing, Role, RootCertificate, Scope},
    certificate::{Level, Series, Text},
    entry::AuthorityEntry,
    test_kit::pki::{self, Profile},
};

const ROOT_SEED: u8 = 200;

/// What an authority's certificate says.
#[derive(Debug, Clone)]
pub(crate) struct AuthoritySpec {
    pub(crate) seed: u8,
    pub(crate) root_seed: u8,
    pub(crate) role: Role,
    pub(crate) committee: Option<Committee>,
    pub(crate) from: &'static str,
    pub(crate) until: &'static str,
}

/// The bureau's own authority with a role.
pub(crate) const fn bureau(seed: u8, role: Role) -> AuthoritySpec {
    let (from, until) = ("2024-06-01", "2028-05-31");
    AuthoritySpec { seed, root_seed: ROOT_SEED, role, committee: None, from, until }
}

/// A committee for the series and level of the sample certificate, filed for three years.
pub(crate) fn committee(seed: u8) -> AuthoritySpec {
    let levels = vec![Level::SeniorFull, Level::SeniorAssociate];
    let district = Text::new("500000").unwrap();
    let number = Text::new("渝职改办〔2024〕101号").unwrap();
    let committee = Committee {
        scope: Scope::new(vec![Series::new(5).unwrap()], levels, district).unwrap(),
        filing: Filing::new(number, day("2024-06-01"), day("2027-05-31")).unwrap(),
    };
    AuthoritySpec { committee: Some(committee), ..bureau(seed, Role::Issue) }
}

pub(crate) fn root_der() -> Vec<u8> {
    pki::root_der(&key(ROOT_SEED))
}

pub(crate) fn root() -> RootCertificate {
    RootCertificate::from_der(&root_der()).unwrap()
}

pub(crate) fn authority_entry(spec: &AuthoritySpec) -> AuthorityEntry {
    let extension = AuthorityExtension { role: spec.role, committee: spec.committee.clone() };
    let profile = Profile::Authority { subject: "Test Authority".to_owned(), extension };
    let days = (spec.from, spec.until);
    AuthorityEntry {
        certificate: pki::build(profile, &key(spec.seed), days, &key(spec.root_seed)),
        role: spec.role,
        filing_number: spec.committee.as_ref().map(|c| c.filing.number().clone()),
    }
}
