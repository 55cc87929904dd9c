//! `issuer calendar add|list`.

use std::{
    fs::File,
    io::{Read as _, Write as _},
    path::{Path, PathBuf},
};

use super::{
    failure::Failure,
    place::{Deciders, Deciding, Place, told},
    say::stdout_failed,
};
use crate::{
    calendar::{DayKind, MAX_TABLE_LEN, YearTable},
    office::KnownYear,
};

/// Holiday tables.
#[derive(Debug, clap::Args)]
pub struct CalendarArgs {
    #[command(subcommand)]
    command: CalendarCommand,
}

#[derive(Debug, clap::Subcommand)]
enum CalendarCommand {
    /// 补充或更正一个年度的安排（两人签署）。Adds a year's table, or a corrected one; two persons
    Add(AddArgs),
    /// 列出已知年度。Lists the years that are known
    List(Place),
}

#[derive(Debug, clap::Args)]
struct AddArgs {
    /// 一个年度的 holidays_cn/1 文件 / A holidays_cn/1 document of one year
    file: PathBuf,
    #[command(flatten)]
    deciding: Deciding,
}

/// Exit 0: done.
pub fn run(args: &CalendarArgs) -> Result<u8, Failure> {
    match &args.command {
        CalendarCommand::Add(args) => told(args.deciding.place.json, add(args)),
        CalendarCommand::List(args) => list(args),
    }
}

fn add(args: &AddArgs) -> Result<u8, Failure> {
    let document = read_table(&args.file)?;
    let (mut office, Deciders { proposer, approver }) = args.deciding.open()?;
    let added = office.add_calendar(&document, &proposer, &approver)?;
    let (year, index, corrects) = (added.table.year(), added.index.get(), added.corrects);
    let (holidays, workdays) = counts(&added.table);
    let line = if args.deciding.place.json {
        let object = serde_json::json!({
            "year": year, "index": index, "corrects": corrects,
            "holidays": holidays, "workdays": workdays,
        });
        object.to_string()
    } else {
        let done = if corrects { "已更正 / corrected" } else { "已补充 / added" };
        format!("{done}: {year}  #{index}  放假 {holidays} 天, 调休上班 {workdays} 天")
    };
    say(&line)?;
    Ok(0)
}

fn list(args: &Place) -> Result<u8, Failure> {
    let office = args.open()?;
    for KnownYear { table, anchors } in office.calendar_years()? {
        let (year, (holidays, workdays)) = (table.year(), counts(&table));
        let anchors: Vec<u64> = anchors.iter().map(|index| index.get()).collect();
        let line = if args.json {
            let object = serde_json::json!({
                "year": year, "anchors": anchors, "holidays": holidays, "workdays": workdays,
            });
            object.to_string()
        } else {
            let origin = match anchors.last() {
                Some(index) => format!("#{index}"),
                None => "程序自带 / published".to_owned(),
            };
            format!("{year}  放假 {holidays} 天, 调休上班 {workdays} 天  {origin}")
        };
        say(&line)?;
    }
    Ok(0)
}

fn say(line: &str) -> Result<(), Failure> {
    writeln!(std::io::stdout().lock(), "{line}").map_err(stdout_failed)
}

/// One byte more than a table may have is read, so that a longer file is refused as one.
fn read_table(path: &Path) -> Result<Vec<u8>, Failure> {
    let failed = |source| Failure::Io { path: path.to_owned(), source };
    let mut bytes = Vec::new();
    let limit = MAX_TABLE_LEN as u64 + 1;
    File::open(path).map_err(failed)?.take(limit).read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

fn counts(table: &YearTable) -> (usize, usize) {
    let of = |wanted: DayKind| table.days().filter(|(_, kind)| *kind == wanted).count();
    (of(DayKind::Holiday), of(DayKind::AdjustedWorkday))
}
