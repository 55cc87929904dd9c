//! Why a file as a whole cannot be used: named, in both languages, with what to do next.

use super::{MAX_FILE_BYTES, MAX_LINES};

/// Why nothing of a file can be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// Nothing but spaces.
    #[error("the file is empty: export the list again")]
    Empty,
    /// Headings, and no row below them.
    #[error("there are headings and no row below them: export the list again, with its rows")]
    NoRows,
    /// Two sheets with a list each.
    #[error("the sheets {} have a list each: keep one in a file and import the files one by one", names.join(", "))]
    SeveralLists {
        /// Both sheets.
        names: Vec<String>,
    },
    /// More visible sheets than are looked through.
    #[error(
        "the workbook has {found} sheets, the limit is {limit}: copy the list into a new workbook"
    )]
    TooManySheets {
        /// How many.
        found: usize,
        /// The limit.
        limit: usize,
    },
    /// Larger than [`MAX_FILE_BYTES`].
    #[error("the file has {bytes} bytes, the limit is {MAX_FILE_BYTES}: split the list")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// Another kind of file, whatever its name says.
    #[error("the file is {}", kind.describe().1)]
    NotATable {
        /// What it is.
        kind: FileKind,
    },
    /// A workbook that cannot be read.
    #[error(
        "the workbook cannot be read ({detail}): open it in a spreadsheet program and save it again as .xlsx, or as CSV"
    )]
    Workbook {
        /// What the reader met.
        detail: String,
    },
    /// A workbook that unfolds to more than is allowed, or claims to.
    #[error("the workbook unfolds beyond the limit ({detail}): copy the rows into a new workbook")]
    WorkbookTooLarge {
        /// Which limit.
        detail: String,
    },
    /// More than [`MAX_LINES`] lines with content.
    #[error("the file has more than {MAX_LINES} lines: split the list")]
    TooManyLines,
    /// More text than [`super::MAX_TEXT_BYTES`].
    #[error("the cells hold more text than is allowed: split the list")]
    TooMuchText,
    /// No line looks like headings.
    #[error(
        "no line with the column headings was found near the top of the file: it needs the columns {}, \
         separated by commas, in UTF-8 or GB18030",
        needed.join(", ")
    )]
    HeadingsNotFound {
        /// The headings that a file must have.
        needed: Vec<&'static str>,
    },
    /// Headings, but not all that are needed.
    #[error("columns are missing: {}: add them, and import the list again", names.join(", "))]
    ColumnsMissing {
        /// The headings that were not found.
        names: Vec<&'static str>,
    },
    /// Two columns with one meaning.
    #[error("two columns are headed {name}: remove or rename one")]
    HeadingRepeated {
        /// The heading.
        name: &'static str,
    },
}

/// What a file is, when it is no table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// An Excel file before 2007, or a workbook with a password.
    OldWorkbook,
    /// A PDF.
    Pdf,
    /// UTF-16 text.
    Utf16,
    /// A web page or XML, often saved as .xls by web systems.
    Markup,
    /// A ZIP archive that is no workbook.
    Archive,
    /// Something else.
    Binary,
}

impl FileKind {
    /// What it is and what to do, in Chinese and in English.
    pub const fn describe(self) -> (&'static str, &'static str) {
        match self {
            Self::OldWorkbook => (
                "旧版 .xls 文件或加密的工作簿:请解除密码并另存为 .xlsx",
                "an old .xls file or a workbook with a password: remove the password and save it as .xlsx",
            ),
            Self::Pdf => {
                ("PDF 文件:请导出为 .xlsx 或 CSV", "a PDF: export the list as .xlsx or CSV")
            }
            Self::Utf16 => {
                ("UTF-16 文本:请另存为 UTF-8 编码的 CSV", "UTF-16 text: save it as CSV in UTF-8")
            }
            Self::Markup => (
                "网页或 XML:请在表格软件中打开并另存为 .xlsx",
                "a web page or XML: open it in a spreadsheet program and save it as .xlsx",
            ),
            Self::Archive => {
                ("压缩包,不是工作簿:请解压后再导入", "an archive and no workbook: unpack it first")
            }
            Self::Binary => (
                "无法识别的二进制文件:请导出为 .xlsx 或 CSV",
                "a binary file of unknown kind: export the list as .xlsx or CSV",
            ),
        }
    }
}

impl FileError {
    /// A stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "file_empty",
            Self::NoRows => "no_rows",
            Self::SeveralLists { .. } => "several_lists",
            Self::TooManySheets { .. } => "too_many_sheets",
            Self::TooLarge { .. } => "file_too_large",
            Self::NotATable { .. } => "file_not_a_table",
            Self::Workbook { .. } => "workbook_unreadable",
            Self::WorkbookTooLarge { .. } => "workbook_too_large",
            Self::TooManyLines => "too_many_rows",
            Self::TooMuchText => "too_much_text",
            Self::HeadingsNotFound { .. } => "headings_not_found",
            Self::ColumnsMissing { .. } => "columns_missing",
            Self::HeadingRepeated { .. } => "heading_repeated",
        }
    }

    /// The sentence for staff, in Chinese; the English one is `Display`.
    pub fn message_zh(&self) -> String {
        match self {
            Self::Empty => "文件是空的:请重新导出名单".to_owned(),
            Self::NoRows => "只有表头,没有数据行:请重新导出完整名单".to_owned(),
            Self::SeveralLists { names } => format!(
                "工作表{}各有一份名单:请每个文件只留一份,逐个导入",
                names.iter().map(|name| format!("“{name}”")).collect::<String>()
            ),
            Self::TooManySheets { found, limit } => {
                format!("工作簿有 {found} 个工作表,上限 {limit}:请把名单复制到新的工作簿")
            }
            Self::TooLarge { bytes } => {
                format!("文件有 {bytes} 字节,上限 {MAX_FILE_BYTES}:请拆分名单")
            }
            Self::NotATable { kind } => format!("这是{}", kind.describe().0),
            Self::Workbook { detail } => {
                format!("工作簿无法读取({detail}):请用表格软件打开后另存为 .xlsx 或 CSV")
            }
            Self::WorkbookTooLarge { detail } => {
                format!("工作簿解压后超过上限({detail}):请把各行复制到新的工作簿")
            }
            Self::TooManyLines => format!("文件超过 {MAX_LINES} 行:请拆分名单"),
            Self::TooMuchText => "各单元格文字总量超过上限:请拆分名单".to_owned(),
            Self::HeadingsNotFound { needed } => format!(
                "文件开头没有找到表头行:须有{}各列,以逗号分隔,编码为 UTF-8 或 GB18030",
                needed.join("、")
            ),
            Self::ColumnsMissing { names } => {
                format!("缺少列:{}:请补齐后重新导入", names.join("、"))
            }
            Self::HeadingRepeated { name } => {
                format!("有两列的标题都是“{name}”:请删除或改名其中一列")
            }
        }
    }
}
