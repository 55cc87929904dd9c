//! Everything that the program says, in Chinese and English. Chinese comes first.

use ledger::{
    audit::{Fault, Problem, Stage, Unreadable, Whole},
    authority::Role,
    causes::{self, Cause},
    entry::AnchorPurpose,
};

use super::output::Failure;

/// What is wrong, and what to do.
#[derive(Debug)]
pub(super) struct Sentences {
    pub(super) zh: String,
    pub(super) en: String,
    pub(super) next_zh: &'static str,
    pub(super) next_en: &'static str,
}

pub(super) const EXAMPLE_KEYS: &str = "\
警告：信任文件使用示例密钥，任何人都能用它签名；结论没有任何证明力。
warning: the trust file names example keys, with which anybody can sign: the verdict proves nothing.";

pub(super) const UNVERIFIED: &str = "\
提示：未给出 --trust，以下内容未经签名核验。
note: without --trust no signature is checked; what follows is what the files claim.";

pub(super) const NO_EXCEPTIONS: &str = "无例外 · no exceptions";

/// The name of what is shown, from its stable name.
pub(super) fn kind(kind: &'static str) -> String {
    let zh = match kind {
        "checkpoint" => "检查点",
        "authority" => "签发机构",
        "issuance" => "签发",
        "status_change" => "状态变更",
        "integrity_record" => "诚信档案",
        "anchor" => "锚定",
        "status_head" => "状态头",
        "exception" => "例外",
        _ => return kind.to_owned(),
    };
    format!("{zh} {kind}")
}

pub(super) const fn role(role: Role) -> &'static str {
    match role {
        Role::Issue => "issue",
        Role::Decide => "decide",
        Role::CopyOnly => "copy",
        Role::DocumentSigning => "document_signing",
    }
}

pub(super) const fn purpose(purpose: AnchorPurpose) -> &'static str {
    match purpose {
        AnchorPurpose::SamplePopulation => "sample_population",
        AnchorPurpose::HolidayTable => "holiday_table",
    }
}

pub(super) const fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Entries => "公开记录 entries",
        Stage::Records => "非公开记录 records",
        Stage::Journal => "工作日志 journal",
    }
}

pub(super) fn whole(whole: &Whole) -> String {
    let size = whole.size;
    let (as_of_zh, as_of_en) = match whole.as_of {
        Some(time) => (format!("，截至 {time}"), format!(" as of {time}")),
        None => (String::new(), String::new()),
    };
    let exceptions = whole.exceptions;
    let mut zh = format!("完整：{size} 条记录{as_of_zh}，例外 {exceptions} 条。");
    let mut en = format!("whole: {size} entries{as_of_en}, {exceptions} exceptions.");
    if let Some(private) = whole.private {
        let (records, erased, lines) = (private.records, private.erased, private.journal_records);
        zh += &format!("非公开记录 {records} 条相符，{erased} 条已依法删除；工作日志 {lines} 条。");
        en += &format!(
            " {records} private records match, {erased} were erased; {lines} journal records."
        );
    }
    format!("{zh}\n{en}")
}

pub(super) fn fault(fault: &Fault) -> String {
    let (entry_zh, entry_en) = match fault.index {
        Some(index) => (format!("，第 {index} 条记录"), format!(", entry {index}")),
        None => (String::new(), String::new()),
    };
    let (file, zh) = (&fault.file, problem(&fault.problem));
    let (next_zh, next_en) = next(&fault.problem);
    format!(
        "不完整：{file}{entry_zh}：{zh}\n  下一步：{next_zh}\nnot whole: {file}{entry_en}: {}\n  \
         next: {next_en}",
        fault.problem
    )
}

/// What is wrong, in Chinese.
pub(super) fn problem(problem: &Problem) -> String {
    let text = match problem {
        Problem::Missing => "文件缺失",
        Problem::TooLong { .. } => "文件超过该类文件的最大长度",
        Problem::Stray => "账本中不应有此名称的文件",
        Problem::Beyond { size } => {
            return format!("属于更大的树；最新检查点只覆盖 {size} 条记录");
        }
        Problem::NotPublished => "从未发布过需要此文件的检查点",
        Problem::Note(_) => "不是格式正确的已签名检查点",
        Problem::UnknownLog { origin } => {
            return format!("是账本 {origin} 的检查点，信任文件中没有该账本");
        }
        Problem::Policy(_) => "信任文件中的密钥互相矛盾",
        Problem::UnknownSignature { name, id } => {
            return format!("带有 {name}+{id} 的签名，信任文件中没有该密钥");
        }
        Problem::Checkpoint(_) => "检查点的签名不成立",
        Problem::Misnamed { size } => return format!("内容是大小为 {size} 的检查点，与文件名不符"),
        Problem::Root { size, .. } => {
            return format!("大小为 {size} 时签名的根与由记录算出的根不同");
        }
        Problem::LockBehind { size, published } => {
            return format!("提交点只有 {size} 条记录，而已发布 {published} 条");
        }
        Problem::NoHead { .. } => "最后一条记录不是状态头",
        Problem::Tile => "哈希与记录不符",
        Problem::OlderBundle => "不是取代它的记录文件的开头部分",
        Problem::Bundle(_) => "无法分出各条记录",
        Problem::EntryDiffers => "记录与检查点所承诺的不同",
        Problem::Entry(_) => "记录格式错误",
        Problem::Rule(_) => "记录违反规则",
        Problem::Full => "账本已满",
        Problem::List => "例外清单与由记录推出的不同",
        Problem::PrivateBundle(_) => "无法分出各条非公开记录",
        Problem::OlderPrivateBundle => "不是取代它的非公开文件的开头部分",
        Problem::Keyring(_) => "密钥环文件损坏",
        Problem::Seal(_) => "非公开记录打不开",
        Problem::NoRecord => "应有的非公开记录不存在",
        Problem::RecordNotAllowed => "此类记录不应有非公开记录",
        Problem::KeyWithoutRecord { slot } => {
            return format!("第 {slot} 格有密钥或其痕迹，却没有对应的记录");
        }
        Problem::Commitment => "非公开记录与公开的承诺值不符",
        Problem::Record(_) => "非公开记录格式错误",
        Problem::Certificate(_) => "证书格式错误",
        Problem::Claim { field } => {
            return format!("证书的 {field} 与记录或个人资料不一致");
        }
        Problem::CertificateSignature(_) => "证书不是其签发机构签名的",
        Problem::Signer(_) => "签发机构当时无权签发此证书",
        Problem::NumberRepeated { title } => {
            return format!("证书编号已属于第 {title} 条记录的职称");
        }
        Problem::NumberChanged => "换发的证书改变了证书编号",
        Problem::DecisionDate => "决定记录的日期与公开记录不同",
        Problem::OnePerson => "决定的提出人与批准人是同一人",
        Problem::Correction { cited } => {
            return format!("更正所引的第 {cited} 条不是此前关于同一对象的诚信档案记录");
        }
        Problem::Opening(_) => "工作日志锚定值的开启内容格式错误",
        Problem::OpeningErased => "工作日志锚定值的开启内容被删除，这永远不应发生",
        Problem::Journal(_) => "工作日志损坏",
        Problem::AnchorBack { head, .. } => {
            return format!("第 {head} 条状态头锚定的工作日志比前一条短");
        }
        Problem::JournalDiffers { head, .. } => {
            return format!("工作日志与第 {head} 条状态头锚定的不同");
        }
        Problem::JournalShort { head, anchored, found } => {
            return format!("工作日志只有 {found} 条，第 {head} 条状态头锚定了 {anchored} 条");
        }
        Problem::ErasedWithoutLine => "密钥已被销毁，工作日志中却没有删除记录",
        Problem::LineWithoutErasure => "工作日志中有删除记录，密钥却仍在",
        Problem::Payload { sequence, .. } => {
            return format!("工作日志第 {sequence} 条的密封内容打不开");
        }
    };
    text.to_owned()
}

/// What to do about it, in Chinese and English.
const fn next(problem: &Problem) -> (&'static str, &'static str) {
    match problem {
        Problem::UnknownLog { .. } | Problem::UnknownSignature { .. } | Problem::Policy(_) => (
            "先确认 --trust 是这个账本的信任文件；若是，则检查点被改动，请向发布者索取并保留此副本",
            "make sure that --trust is this log's trust file; if it is, the checkpoint was altered: keep \
             this copy and ask the publisher",
        ),
        Problem::Beyond { .. } => (
            "可能有一批记录尚未发布完：请写入程序启动或稍后再审核；仍如此则保留此副本并查明来源",
            "a batch may not be published yet: start the writer or audit again later; if it stays, keep \
             this copy and find out where the file comes from",
        ),
        Problem::Seal(_) | Problem::Payload { .. } => (
            "先确认 --private-key 是这些记录的密钥；若是，则从备份恢复该文件并查明改动",
            "make sure that --private-key is the key of these records; if it is, restore the file from a \
             backup and find out who changed it",
        ),
        Problem::LineWithoutErasure => (
            "启动 issuer，它会完成被中断的删除，然后再次审核",
            "start the issuer, which finishes interrupted erasures, and audit again",
        ),
        Problem::Rule(_)
        | Problem::Entry(_)
        | Problem::Root { .. }
        | Problem::Signer(_)
        | Problem::CertificateSignature(_)
        | Problem::OnePerson
        | Problem::NoHead { .. } => (
            "这是账本签名者公开留下的证据：保留此副本，向主管部门报告",
            "this is evidence that the log's signer left in public: keep this copy and report it",
        ),
        _ => (
            "保留此副本作证据，从镜像或备份恢复该文件后再次审核",
            "keep this copy as evidence, restore the file from a mirror or a backup, and audit again",
        ),
    }
}

/// An error within a Chinese sentence.
fn zh(error: &(dyn std::error::Error + 'static)) -> String {
    causes::zh(error, Cause::known)
}

pub(super) fn of_failure(failure: &Failure) -> Sentences {
    let sentences =
        |zh: String, en: String, next_zh, next_en| Sentences { zh, en, next_zh, next_en };
    match failure {
        Failure::OutputClosed => {
            sentences("输出已关闭".to_owned(), "the output was closed".to_owned(), "无", "nothing")
        }
        Failure::Output(source) => sentences(
            format!("无法写出结果：{}", zh(source)),
            format!("the result could not be written: {source}"),
            "检查标准输出所在的磁盘或管道",
            "check the disk or pipe behind standard output",
        ),
        Failure::File { path, source } => sentences(
            format!("无法读取 {path}：{}", zh(source)),
            format!("{path} cannot be read: {source}"),
            "检查路径和权限",
            "check the path and its permissions",
        ),
        Failure::Trust { path, source } => sentences(
            format!("信任文件 {path} 不可用：{}", zh(source.as_ref())),
            format!("the trust file {path} is refused: {source}"),
            "从可信渠道重新取得信任文件",
            "get the trust file again from a source that you trust",
        ),
        Failure::Key { path, source } => sentences(
            format!("密钥文件 {path} 不可用：{}", zh(source)),
            format!("the key file {path} is refused: {source}"),
            "给出 issuer 生成的 .kek 文件",
            "name the .kek file that the issuer made",
        ),
        Failure::Log(Unreadable::Empty) => sentences(
            "目录是空的，里面没有账本".to_owned(),
            Unreadable::Empty.to_string(),
            "--log 应指向含有 checkpoint 文件的目录",
            "--log names the directory that holds the file `checkpoint`",
        ),
        Failure::Log(Unreadable::Store(source)) => sentences(
            format!("无法读取账本：{}", zh(source)),
            format!("the log cannot be read: {source}"),
            "检查目录和权限；--log 应指向含有 checkpoint 文件的目录",
            "check the directory and its permissions; --log names the one that holds `checkpoint`",
        ),
        Failure::NotShown { what, reason } => sentences(
            format!("无法显示 {what}：{reason}"),
            format!("{what} cannot be shown: {reason}"),
            "给出序号、checkpoint、head、list 或账本内的文件路径；`ledger audit` 会指出损坏的文件",
            "name an index, checkpoint, head, list or a file's path; `ledger audit` names what is damaged",
        ),
    }
}
