//! `issuer sample fix|draw|recompute|finding|report|list`.

use std::{
    fs::File,
    io::{Read as _, Write as _},
    path::{Path, PathBuf},
};

use ledger::{
    certificate::{Series, Text},
    path::LogPath,
    position::{LeafIndex, TreeSize},
    reader::{LogReader, read_checkpoint},
    sample::{Drawn, Filter, draw as draw_sample},
    store::{PublicFiles, ReadOnlyDir},
    trust::{MAX_TRUST_LEN, Trust},
};

use super::{
    failure::Failure,
    place::{Deciders, Deciding, Place, told},
    say::stdout_failed,
};
use crate::{
    catalogue::read_level,
    office::{OfficeError, SampleOrder},
    sample::{MAX_FILE_LEN, PopulationFile, SampleRefusal},
};

/// Spot checks.
#[derive(Debug, clap::Args)]
pub struct SampleArgs {
    #[command(subcommand)]
    command: SampleCommand,
}

#[derive(Debug, clap::Subcommand)]
enum SampleCommand {
    /// 固定抽查总体（两人签署）。Fixes the population; two persons
    Fix(FixArgs),
    /// 抽取样本。Draws the sample of a population, once there is a round
    Draw(DrawArgs),
    /// 凭总体文件与公开账本复算样本。Recomputes a sample from the population's file and the public log
    Recompute(RecomputeArgs),
    /// 记录发现（两人签署）。Records a finding about a document of the sample; two persons
    Finding(FindingArgs),
    /// 抽查报告。Reports on a spot check
    Report(OneArgs),
    /// 列出。Lists the spot checks
    List(Place),
}

#[derive(Debug, clap::Args)]
struct FixArgs {
    /// 抽取数量 / How many documents are drawn
    #[arg(long, value_name = "N")]
    size: usize,
    /// 筛选，可重复 / committee=CODE, series=NN, level=级别, obtained-from=DATE, obtained-until=DATE; may be repeated
    #[arg(long, value_name = "NAME=VALUE")]
    filter: Vec<String>,
    /// 公告的账本大小 / The size at or above which a checkpoint's cosignature gives the seed
    #[arg(long, value_name = "SIZE")]
    announced_size: u64,
    /// 见证者名称 / The name of the witness whose cosignature gives the seed
    #[arg(long, value_name = "NAME")]
    witness: String,
    /// 总体文件 / Where the population's file goes, for auditors
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    deciding: Deciding,
}

#[derive(Debug, clap::Args)]
struct OneArgs {
    /// 抽查编号：固定总体的条目 / The spot check: the index of its anchor
    sample: u64,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, clap::Args)]
struct DrawArgs {
    /// 总体文件 / Where the population's file goes, for auditors
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    one: OneArgs,
}

#[derive(Debug, clap::Args)]
struct RecomputeArgs {
    /// 总体文件 / The population's file
    file: PathBuf,
    /// 公开账本目录 / The directory of the public log
    #[arg(long, value_name = "DIR")]
    log: PathBuf,
    /// 信任文件 / The trust file
    #[arg(long, value_name = "FILE")]
    trust: PathBuf,
    /// 每行一个 JSON 对象 / One JSON object on stdout
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
struct FindingArgs {
    /// 抽查编号 / The spot check
    sample: u64,
    /// 证书在账本中的位置 / The document
    index: u64,
    /// 发现的问题 / What was found
    #[arg(long, value_name = "TEXT")]
    facts: String,
    #[command(flatten)]
    deciding: Deciding,
}

/// Exit 0: done.
pub fn run(args: &SampleArgs) -> Result<u8, Failure> {
    match &args.command {
        SampleCommand::Fix(args) => told(args.deciding.place.json, fix(args)),
        SampleCommand::Draw(args) => told(args.one.place.json, draw(args)),
        SampleCommand::Recompute(args) => told(args.json, recompute(args)),
        SampleCommand::Finding(args) => told(args.deciding.place.json, finding(args)),
        SampleCommand::Report(args) => told(args.place.json, report(args)),
        SampleCommand::List(place) => {
            for anchor in place.open()?.samples()? {
                let object = serde_json::json!({ "sample": anchor.get() });
                say(&if place.json { object.to_string() } else { format!("#{anchor}") })?;
            }
            Ok(0)
        }
    }
}

fn fix(args: &FixArgs) -> Result<u8, Failure> {
    let announced = TreeSize::new(args.announced_size);
    let announced =
        announced.map_err(|error| Failure::Usage(format!("--announced-size: {error}")))?;
    let order = SampleOrder {
        filter: filter(&args.filter)?,
        size: args.size,
        announced,
        witness: &args.witness,
    };
    let (mut office, Deciders { proposer, approver }) = args.deciding.open()?;
    let fixed = office.fix_sample(&order, &proposer, &approver)?;
    write(&args.out, &fixed.file)?;
    let (anchor, population, erased) = (fixed.file.anchor.get(), fixed.population, fixed.erased);
    let object = serde_json::json!({
        "sample": anchor, "population": population, "erased": erased, "size": args.size,
        "announced_size": args.announced_size,
    });
    let text = format!("已固定 / fixed: #{anchor}  总体 / population {population}");
    say(&if args.deciding.place.json { object.to_string() } else { text })?;
    Ok(0)
}

fn draw(args: &DrawArgs) -> Result<u8, Failure> {
    let OneArgs { sample, place } = &args.one;
    let (office, anchor) = (place.open()?, index(*sample)?);
    // First: auditors may have it before there is a round, also when `fix` could not write it.
    if let Some(out) = &args.out {
        write(out, &office.sample_file(anchor)?)?;
    }
    say_drawn(*sample, &office.sample_report(anchor)?.drawn, place.json)?;
    Ok(0)
}

fn recompute(args: &RecomputeArgs) -> Result<u8, Failure> {
    let file = PopulationFile::parse(&read(&args.file, MAX_FILE_LEN)?)?;
    let trust = String::from_utf8(read(&args.trust, MAX_TRUST_LEN)?);
    let trust = trust.map_err(|error| Failure::Usage(format!("--trust: {error}")))?;
    let trust = Trust::parse(&trust)?;
    let mut logs = trust.logs().map(|(_, policy)| policy);
    let policy = logs.find(|policy| policy.origin().as_str() == file.origin);
    let policy = policy.ok_or_else(|| {
        Failure::Usage(format!("--trust: {} names no log {}", args.trust.display(), file.origin))
    })?;
    let directory = ReadOnlyDir::new(&args.log, None);
    let files = PublicFiles(&directory);
    let checkpoint = read_checkpoint(&files, &LogPath::Checkpoint, policy)?;
    let reader = LogReader::open(&files, checkpoint).map_err(OfficeError::from)?;
    let drawn = draw_sample(&files, &reader, policy, file.anchor, &file.record);
    let drawn = drawn.map_err(|fault| SampleRefusal::from(Box::new(fault)))?;
    say_drawn(file.anchor.get(), &drawn, args.json)?;
    Ok(0)
}

fn finding(args: &FindingArgs) -> Result<u8, Failure> {
    let (mut office, Deciders { proposer, approver }) = args.deciding.open()?;
    let (sample, document) = (index(args.sample)?, index(args.index)?);
    let line = office.sample_finding(sample, document, &args.facts, &proposer, &approver)?;
    let object = serde_json::json!({
        "sample": args.sample, "index": args.index, "record": line.get(),
    });
    let text = format!("已记录 / recorded: {}", line.get());
    say(&if args.deciding.place.json { object.to_string() } else { text })?;
    Ok(0)
}

fn report(args: &OneArgs) -> Result<u8, Failure> {
    let office = args.place.open()?;
    let report = office.sample_report(index(args.sample)?)?;
    let (population, drawn) = (&report.population, &report.drawn);
    let with_findings: std::collections::BTreeSet<_> =
        report.findings.iter().map(|(index, _)| index).collect();
    let object = serde_json::json!({
        "sample": args.sample, "population": population.indices.len(),
        "fixed_at": population.fixed_at.get(), "announced_size": population.announced.get(),
        "size": population.sample_size, "round": drawn.round.get(),
        "missed_rounds": drawn.missed.len(), "findings": report.findings.len(),
        "documents_with_findings": with_findings.len(),
    });
    let text = format!(
        "#{}  总体 / population {}  样本 / sample {}  轮次 / round {}  错过 / missed {}  发现 / findings {} ({})",
        args.sample,
        population.indices.len(),
        population.sample_size,
        drawn.round,
        drawn.missed.len(),
        report.findings.len(),
        with_findings.len(),
    );
    say(&if args.place.json { object.to_string() } else { text })?;
    Ok(0)
}

fn say_drawn(sample: u64, drawn: &Drawn, json: bool) -> Result<(), Failure> {
    let indices: Vec<u64> = drawn.sample.iter().map(|index| index.get()).collect();
    let missed: Vec<u64> = drawn.missed.iter().map(|size| size.get()).collect();
    let line = if json {
        let object = serde_json::json!({
            "sample": sample, "round": drawn.round.get(), "missed": missed,
            "seed": drawn.seed.to_string(), "indices": indices,
        });
        object.to_string()
    } else {
        format!(
            "轮次 / round {}  错过 / missed {}  种子 / seed {}\n{indices:?}",
            drawn.round,
            missed.len(),
            drawn.seed,
        )
    };
    say(&line)
}

fn filter(words: &[String]) -> Result<Filter, SampleRefusal> {
    let mut filter = Filter::default();
    for word in words {
        let refused = || SampleRefusal::Filter { given: word.clone() };
        let (name, value) = word.split_once('=').ok_or_else(refused)?;
        let date = || value.parse().map(Some).map_err(|_malformed| refused());
        match name {
            "committee" => {
                filter.committee = Some(Text::new(value).map_err(|_malformed| refused())?);
            }
            "series" => {
                let code = value.parse().map_err(|_malformed| refused())?;
                filter.series = Some(Series::new(code).map_err(|_unknown| refused())?);
            }
            "level" => filter.level = Some(read_level(value).map_err(|_unknown| refused())?),
            "obtained-from" => filter.obtained_from = date()?,
            "obtained-until" => filter.obtained_until = date()?,
            _ => return Err(refused()),
        }
    }
    Ok(filter)
}

fn index(number: u64) -> Result<LeafIndex, Failure> {
    LeafIndex::new(number).map_err(|error| Failure::Usage(format!("SAMPLE or INDEX: {error}")))
}

fn write(path: &Path, file: &PopulationFile) -> Result<(), Failure> {
    let text = file.to_text()?;
    std::fs::write(path, text).map_err(|source| Failure::Io { path: path.to_owned(), source })
}

/// One byte more than a file may have is read, so that a longer one is refused by its form.
fn read(path: &Path, limit: usize) -> Result<Vec<u8>, Failure> {
    let failed = |source| Failure::Io { path: path.to_owned(), source };
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(failed)?;
    file.take(limit as u64 + 1).read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

fn say(line: &str) -> Result<(), Failure> {
    writeln!(std::io::stdout().lock(), "{line}").map_err(stdout_failed)
}
