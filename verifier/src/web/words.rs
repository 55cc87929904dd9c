//! Every string of the pages, in both languages. What verdicts, reasons, facts and errors say stands with
//! them ([`crate::verdict`], [`crate::check`], [`crate::scan`], [`super::error`]).

use crate::{labels::outcome_zh, verdict::Outcome};

/// The strings of one language.
#[derive(Debug)]
pub struct Words {
    pub service: &'static str,
    pub tagline: &'static str,
    pub skip_to_content: &'static str,
    pub switch_label: &'static str,
    pub example_title: &'static str,
    pub example_text: &'static str,

    pub home_title: &'static str,
    pub home_lead: &'static str,
    pub file_label: &'static str,
    pub file_hint: &'static str,
    pub photo_label: &'static str,
    pub photo_hint: &'static str,
    pub text_label: &'static str,
    pub text_hint: &'static str,
    pub or: &'static str,
    pub submit: &'static str,
    pub how_title: &'static str,
    pub how: [(&'static str, &'static str); 3],

    pub landing_title: &'static str,
    pub checking: &'static str,
    pub no_fragment: &'static str,
    pub no_script: &'static str,
    pub offline: &'static str,

    pub result_title: &'static str,
    pub as_of: &'static str,
    pub beijing_time: &'static str,
    pub at_checkpoint: &'static str,
    pub no_moment: &'static str,
    pub reason: &'static str,
    pub later: &'static str,
    pub last_known: &'static str,
    pub claims_title: &'static str,
    pub claims_note: &'static str,
    pub claims_withheld: &'static str,
    pub copy_title: &'static str,
    pub newer_title: &'static str,
    pub newer_text: &'static str,
    pub newer_link: &'static str,
    pub basis_title: &'static str,
    pub established: &'static str,
    pub not_established: &'static str,
    pub place_title: &'static str,
    pub who_checked: &'static str,
    pub receipt_button: &'static str,
    pub receipt_hint: &'static str,
    pub print: &'static str,
    pub again: &'static str,

    pub error_title: &'static str,
    pub error_code: &'static str,
    pub footer_privacy: &'static str,
    pub footer_ledger: &'static str,
    pub footer_ledger_link: &'static str,

    pub number: &'static str,
    pub holder_name: &'static str,
    pub masked_id: &'static str,
    pub title_name: &'static str,
    pub level: &'static str,
    pub series: &'static str,
    pub specialty: &'static str,
    pub obtain_method: &'static str,
    pub obtained_on: &'static str,
    pub review_date: &'static str,
    pub approval_document: &'static str,
    pub issued_on: &'static str,
    pub committee_name: &'static str,
    pub purpose: &'static str,
    pub recipient: &'static str,
    pub expires_on: &'static str,
    pub checkpoint_size: &'static str,
    pub cosignatures: &'static str,
    pub cosigned_at: &'static str,
    pub on_record_since: &'static str,
    pub index: &'static str,
    pub event: &'static str,
    pub superseded_by: &'static str,
    pub outcome: fn(Outcome) -> &'static str,
    pub outcome_sentence: fn(Outcome) -> &'static str,
}

/// Chinese.
pub const ZH: Words = Words {
    service: "职称电子证书核验",
    tagline: "依据公开账本与数字签名",
    skip_to_content: "跳到正文",
    switch_label: "English",
    example_title: "演示环境",
    example_text: "本站使用公开的样例密钥，人人都能签出证书；任何结论都不作数。",

    home_title: "核验职称电子证书",
    home_lead: "提交证书PDF、二维码照片、核验回执或二维码文字，即可知道证书真伪及其在所示时点的状态。",
    file_label: "证书文件或图片",
    file_hint: "证书PDF、二维码图片（JPEG、PNG）或核验回执（.receipt），最大16 MB。",
    photo_label: "拍摄二维码",
    photo_hint: "对准证书右下角的二维码，占满画面，避免反光。",
    text_label: "二维码文字",
    text_hint: "以 https:// 开头的整段核验链接，可直接粘贴。",
    or: "或",
    submit: "开始核验",
    how_title: "怎样使用",
    how: [
        ("手机扫码", "用手机扫描证书上的二维码，会直接打开本页并给出结论。"),
        ("上传文件", "收到证书PDF或照片时，在此上传。多份证书请逐份提交。"),
        ("保存回执", "每个结论都可下载核验回执，日后无需联网即可复核当时的结论。"),
    ],

    landing_title: "证书核验结果",
    checking: "正在核验，请稍候……",
    no_fragment: "链接中没有证书内容。请重新扫描证书上的二维码，或在下面提交。",
    no_script: "浏览器未启用脚本，无法读取链接中的证书内容。请复制完整链接，粘贴到下面的“二维码文字”栏后提交。",
    offline: "网络不通，未能完成核验。请检查网络后重试。这不表示证书无效。",

    result_title: "核验结果",
    as_of: "状态时点",
    beijing_time: "北京时间",
    at_checkpoint: "账本检查点",
    no_moment: "没有可依据的状态时点",
    reason: "原因",
    later: "注意：此后账本已有变化，最新状态为",
    last_known: "过去的状态（已过时，不能作为依据）",
    claims_title: "证书所载内容",
    claims_note: "以签名证书为准。请与出示的纸面、文件及身份证件逐项核对。",
    claims_withheld: "签名未能核实，因此不显示证书内容。",
    copy_title: "用途限定副本",
    newer_title: "如何取得最新版",
    newer_text: "证书编号不变。请持证人登录职称系统重新下载并出示最新版。",
    newer_link: "前往证书查询",
    basis_title: "核验依据",
    established: "已经证实",
    not_established: "未证实",
    place_title: "账本中的位置",
    who_checked: "以上结论由本网站服务器根据公开账本得出。不想信任本站，可用核验程序（verifier）自行复核回执。",
    receipt_button: "下载核验回执",
    receipt_hint: "回执载有本次结论的全部证明，日后可离线复核。",
    print: "打印本页",
    again: "核验另一份证书",

    error_title: "未能核验",
    error_code: "错误代码",
    footer_privacy: "证书内容只用于本次核验：不写入日志，不保存。链接中 # 之后的内容不会出现在任何网址记录里。",
    footer_ledger: "账本公开，任何人都可查证。",
    footer_ledger_link: "最新检查点",

    number: "证书编号",
    holder_name: "姓名",
    masked_id: "证件号码",
    title_name: "资格名称",
    level: "级别",
    series: "职称系列",
    specialty: "专业",
    obtain_method: "取得方式",
    obtained_on: "取得时间",
    review_date: "评审日期",
    approval_document: "批准文号",
    issued_on: "发证时间",
    committee_name: "评审委员会",
    purpose: "用途",
    recipient: "接收方",
    expires_on: "有效期至",
    checkpoint_size: "检查点条目数",
    cosignatures: "见证联署数",
    cosigned_at: "所需联署齐于",
    on_record_since: "登记时间",
    index: "登记序号",
    event: "状态变更的序号",
    superseded_by: "换发证书的序号",
    outcome: outcome_zh,
    outcome_sentence: sentence_zh,
};

/// English.
pub const EN: Words = Words {
    service: "Title Certificate Verification",
    tagline: "By public ledger and digital signature",
    skip_to_content: "Skip to content",
    switch_label: "中文",
    example_title: "Demonstration",
    example_text: "This site trusts published example keys, with which anybody can sign. No answer here counts.",

    home_title: "Verify a title certificate",
    home_lead: "Hand in the certificate's PDF, a picture of its QR code, a receipt, or the QR text. The answer says whether it is genuine, and its status as of a stated time.",
    file_label: "Certificate file or picture",
    file_hint: "The PDF, a picture of the QR code (JPEG, PNG) or a receipt (.receipt), up to 16 MB.",
    photo_label: "Photograph the QR code",
    photo_hint: "Fill the frame with the code at the lower right; avoid reflections.",
    text_label: "QR text",
    text_hint: "The whole link that begins with https://, as pasted.",
    or: "or",
    submit: "Verify",
    how_title: "How to use it",
    how: [
        ("Scan", "Scan the QR code with a telephone: this page opens with the answer."),
        ("Upload", "For a PDF or a picture that you were sent. One certificate at a time."),
        (
            "Keep the receipt",
            "Every answer can be kept as a receipt and checked again later, offline.",
        ),
    ],

    landing_title: "Verification result",
    checking: "Verifying …",
    no_fragment: "The link holds no certificate. Scan the QR code again, or use the form below.",
    no_script: "Scripts are switched off, so the certificate in the link cannot be read. Copy the whole link into “QR text” below and submit it.",
    offline: "The network failed and nothing was verified. Try again. This does not mean that the certificate is invalid.",

    result_title: "Verification result",
    as_of: "Status as of",
    beijing_time: "Beijing time",
    at_checkpoint: "checkpoint size",
    no_moment: "No status that could be relied on",
    reason: "Reason",
    later: "Note: the ledger has changed since. The newest status is",
    last_known: "What it was (out of date, not to be relied on)",
    claims_title: "What the certificate states",
    claims_note: "The signed certificate counts. Compare each line with the paper or file, and with an identity card.",
    claims_withheld: "The signature could not be verified, so the content is not shown.",
    copy_title: "Purpose-bound copy",
    newer_title: "How to get the current document",
    newer_text: "The certificate number stays the same. Ask the holder to download and present the current document.",
    newer_link: "Look up the certificate",
    basis_title: "What this rests on",
    established: "Established",
    not_established: "Not established",
    place_title: "Place in the ledger",
    who_checked: "This site's server reached this answer from the public ledger. If you would rather not trust the site, check the receipt with the verifier program yourself.",
    receipt_button: "Download the receipt",
    receipt_hint: "It holds every proof of this answer and can be checked offline later.",
    print: "Print",
    again: "Verify another certificate",

    error_title: "Not verified",
    error_code: "Error code",
    footer_privacy: "What you hand in serves this check only: it is not logged and not stored. What follows # in a link stands in no record of addresses.",
    footer_ledger: "The ledger is public: anybody can audit it.",
    footer_ledger_link: "Newest checkpoint",

    number: "Certificate No.",
    holder_name: "Name",
    masked_id: "ID No.",
    title_name: "Professional title",
    level: "Level",
    series: "Title series",
    specialty: "Specialty",
    obtain_method: "Obtained by",
    obtained_on: "Date obtained",
    review_date: "Date of review",
    approval_document: "Approval document",
    issued_on: "Date of issue",
    committee_name: "Review committee",
    purpose: "Purpose",
    recipient: "Recipient",
    expires_on: "Good until",
    checkpoint_size: "Checkpoint size",
    cosignatures: "Witness cosignatures",
    cosigned_at: "Quorum cosigned at",
    on_record_since: "On record since",
    index: "Ledger index",
    event: "Index of the change",
    superseded_by: "Index of the new document",
    outcome: capitalised_en,
    outcome_sentence: sentence_en,
};

const fn sentence_zh(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Valid => "证书真实，职称有效。",
        Outcome::Revoked => "该职称已被撤销，证书不再有效。",
        Outcome::NotRecognised => "该职称不予认可，证书不能作为有效凭证。",
        Outcome::CancelledError => "该证书因登记或发证差错已注销，与持证人是否有过错无关。",
        Outcome::Superseded => "职称有效，但这份文件不是现行有效的一份，请勿以此为准。",
        Outcome::NotOnRecord => "账本中没有这样一份证书，请勿采信。",
        Outcome::CannotDetermine => "目前得不出结论：既不表示有效，也不表示无效。",
    }
}

const fn sentence_en(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Valid => "The certificate is genuine and the title is valid.",
        Outcome::Revoked => "The title has been revoked; the certificate no longer holds.",
        Outcome::NotRecognised => "The title is not recognised; the certificate proves nothing.",
        Outcome::CancelledError => {
            "The certificate was cancelled because of a clerical error; this implies no fault of the holder."
        }
        Outcome::Superseded => "The title is valid, but this document is not the current one.",
        Outcome::NotOnRecord => "The ledger has no such certificate. Do not rely on it.",
        Outcome::CannotDetermine => "No answer can be given now: neither valid nor invalid.",
    }
}

const fn capitalised_en(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Valid => "Valid",
        Outcome::Revoked => "Revoked",
        Outcome::NotRecognised => "Not recognised",
        Outcome::CancelledError => "Cancelled as an error",
        Outcome::Superseded => "Superseded",
        Outcome::NotOnRecord => "Not on record",
        Outcome::CannotDetermine => "Cannot be determined",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::labels::outcome_en;

    #[test]
    fn the_pages_and_the_command_line_call_a_verdict_the_same() {
        for outcome in Outcome::ALL {
            assert_eq!((EN.outcome)(outcome).to_lowercase(), outcome_en(outcome));
            assert_eq!((ZH.outcome)(outcome), outcome_zh(outcome));
        }
    }
}
