//! Claims as a committee makes them.

use super::{Seat, day};
use crate::{
    certificate::{
        CertificateNumber, Claims, Level, LogGeneration, MaskedId, ObtainMethod, Series, Text,
    },
    digest::Commitment,
    time::PartialDate,
};

/// Claims of an ordinary certificate; `serial` makes them different from all others.
pub(super) fn ordinary(serial: u32) -> Claims {
    Claims {
        log: LogGeneration::new(1),
        number: CertificateNumber::new(&number(serial)).unwrap(),
        title: None,
        holder_name: Text::new("董平燕").unwrap(),
        masked_id: MaskedId::new("5001011").unwrap(),
        series: Series::new(5).unwrap(),
        level: Level::SeniorFull,
        title_name: Text::new("正高级工程师").unwrap(),
        specialty: Text::new("信息与通信工程").unwrap(),
        obtained_on: PartialDate::Day(day("2026-02-12")),
        review_date: Some(day("2026-02-12")),
        obtain_method: ObtainMethod::Review,
        approval_document: Text::new("渝职改办〔2026〕64号").unwrap(),
        issued_on: day("2026-03-13"),
        committee_name: Text::new("重庆市工程技术职称评审委员会（第1）").unwrap(),
        authority: Seat::Committee.index(),
        record: Commitment::to(&serial.to_be_bytes()),
    }
}

fn number(serial: u32) -> String {
    format!("CQ2026{serial:09}")
}
