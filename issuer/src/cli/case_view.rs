//! Cases as people and programs read them.

use std::fmt::Write as _;

use ledger::record::PersonalRecord;

use crate::{
    case::{ArchiveNote, CaseDraft, CaseState, ReissueDraft},
    office::{CaseContent, CaseView},
    registry::CaseRow,
};

/// One case in one line.
pub fn line(row: &CaseRow, json: bool) -> String {
    if json {
        return row_json(row).to_string();
    }
    format!(
        "{}  {} / {}  {} / {}  提出 / proposed by {}  草案 / draft {}",
        row.id,
        row.matter.name_zh(),
        row.matter.name(),
        row.state.name_zh(),
        row.state.name(),
        row.proposed.person,
        row.proposed.proposal,
    )
}

/// One case with all that it decides. For staff: it may name persons.
pub fn whole(view: &CaseView, json: bool) -> String {
    if json {
        let mut object = row_json(&view.row);
        object["refusal"] = view.refusal.clone().into();
        object["decision"] = view.content.as_ref().map_or(serde_json::Value::Null, content_json);
        return object.to_string();
    }
    let mut out = line(&view.row, false);
    if let Some((_, second)) = &view.row.decided {
        let word = match view.row.state {
            CaseState::Refused => "退回 / refused by",
            CaseState::Proposed | CaseState::Approved | CaseState::Recorded | CaseState::Failed => {
                "批准 / approved by"
            }
        };
        push(&mut out, word, second.person.as_str());
    }
    for (label, text) in [
        ("理由 / reason", view.refusal.as_deref()),
        ("登记未成 / not recorded", view.row.failure.as_deref()),
    ] {
        if let Some(text) = text {
            push(&mut out, label, text);
        }
    }
    match &view.content {
        Some(CaseContent::Decision(draft)) => decision(&mut out, draft),
        Some(CaseContent::Batch(draft)) => {
            push(&mut out, "证书数 / certificates", &draft.count.to_string());
        }
        Some(CaseContent::Reissue(draft)) => reissue(&mut out, draft),
        None => push(&mut out, "草案 / draft", "已删除 / erased"),
    }
    out
}

fn decision(out: &mut String, draft: &CaseDraft) {
    let targets: Vec<_> = draft.targets.iter().map(|target| format!("#{}", target.index)).collect();
    push(out, "对象 / targets", &targets.join(" "));
    push(out, "决定文号 / document", draft.document.as_str());
    push(out, "决定日 / decided on", &draft.decided_on.to_string());
    push(out, "条款 / clause", draft.clause.as_str());
    push(out, "依据 / basis", &draft.basis);
    push(out, "事实与理由 / reasons", &draft.reasons);
    for (label, text) in [
        ("送达日 / served on", draft.served_on.map(|date| date.to_string())),
        ("陈述申辩 / heard", draft.heard.clone()),
        ("救济告知 / remedy", draft.remedy.clone()),
        ("依据文书 / ground", draft.ground.map(|g| format!("{} / {}", g.name_zh(), g.name()))),
        ("最后有效序号 / last valid index", draft.last_valid_index.map(|i| i.to_string())),
    ] {
        if let Some(text) = text {
            push(out, label, &text);
        }
    }
    for note in &draft.notes {
        let (subject, kind, bar) = match note {
            ArchiveNote::Record { subject, kind, bar } => (subject, kind, bar),
            ArchiveNote::Rescind { entry, .. } => {
                let text = format!("撤销记录 / rescinds #{entry}");
                push(out, "诚信档案 / integrity archive", &text);
                continue;
            }
        };
        let bar = bar.map_or_else(String::new, |(from, until)| format!(", {from} – {until}"));
        let text = format!("{kind:?}: {}{bar}", subject.name.as_str());
        push(out, "诚信档案 / integrity archive", &text);
    }
}

fn reissue(out: &mut String, draft: &ReissueDraft) {
    push(out, "职称 / title", &format!("#{}", draft.title));
    push(out, "换下的文件 / supersedes", &format!("#{}", draft.replaces));
    push(out, "更正文号 / document", draft.document.as_str());
    push(out, "更正日 / decided on", &draft.decided_on.to_string());
    push(out, "事实与理由 / reasons", &draft.reasons);
    if let Ok(personal) = PersonalRecord::decode(&draft.personal) {
        push(out, "姓名 / name", personal.name.as_str());
        push(out, "证件号码 / document number", personal.document_number.as_str());
    }
}

fn push(out: &mut String, label: &str, text: &str) {
    let _infallible = write!(out, "\n  {label}: {text}");
}

fn row_json(row: &CaseRow) -> serde_json::Value {
    serde_json::json!({
        "case": row.id.line().get(),
        "kind": row.matter.name(),
        "state": row.state.name(),
        "draft": row.proposed.proposal.to_string(),
        "proposed_by": row.proposed.person.as_str(),
        "decided_by": row.decided.as_ref().map(|(_, by)| by.person.as_str()),
        "failure": row.failure,
    })
}

fn content_json(content: &CaseContent) -> serde_json::Value {
    match content {
        CaseContent::Decision(draft) => decision_json(draft),
        CaseContent::Batch(draft) => serde_json::json!({ "certificates": draft.count }),
        CaseContent::Reissue(draft) => serde_json::json!({
            "title": draft.title.get(),
            "supersedes": draft.replaces.get(),
            "document": draft.document.as_str(),
            "decided_on": draft.decided_on.to_string(),
            "reasons": draft.reasons,
        }),
    }
}

fn decision_json(draft: &CaseDraft) -> serde_json::Value {
    let targets: Vec<u64> = draft.targets.iter().map(|target| target.index.get()).collect();
    serde_json::json!({
        "targets": targets,
        "status": draft.kind.status().name(),
        "document": draft.document.as_str(),
        "decided_on": draft.decided_on.to_string(),
        "served_on": draft.served_on.map(|date| date.to_string()),
        "clause": draft.clause.as_str(),
        "basis": draft.basis,
        "reasons": draft.reasons,
        "heard": draft.heard,
        "remedy": draft.remedy,
        "ground": draft.ground.map(crate::case::Ground::name),
        "last_valid_index": draft.last_valid_index.map(ledger::position::LeafIndex::get),
        "archive_entries": draft.notes.len(),
    })
}
