//! The command line of every program: its help in both languages, and what is wrong with it, in Chinese
//! with a stable code, then in clap's own English words with the usage.

use std::{error::Error, ffi::OsString, process::ExitCode};

use clap::{
    Arg, ArgAction, Command, Parser,
    error::{ContextKind, ErrorKind},
};

use crate::causes::{self, Cause};

/// The exit code of a command line that is wrong (sysexits.h, `EX_USAGE`).
pub const EXIT_USAGE: u8 = 64;

const HELP_TEMPLATE: &str = "\
{before-help}{about-with-newline}
用法 / Usage: {usage}

{all-args}{after-help}";

/// Reads a command line, the program's own name first. `help` before a command is `--help` after it.
///
/// # Errors
/// What clap found, help and version among it: for [`report`].
pub fn parse<C: Parser>(
    arguments: impl IntoIterator<Item = OsString>,
) -> Result<C, Box<clap::Error>> {
    let mut arguments: Vec<_> = arguments.into_iter().collect();
    if arguments.get(1).is_some_and(|first| first == "help") {
        arguments.remove(1);
        arguments.push("--help".into());
    }
    let mut command = in_both_languages(C::command());
    let matches = command.try_get_matches_from_mut(arguments)?;
    Ok(C::from_arg_matches(&matches).map_err(|error| error.format(&mut command))?)
}

/// The same command with what clap adds by itself in both languages.
fn in_both_languages(command: Command) -> Command {
    let help = Arg::new("help").short('h').long("help").action(ArgAction::Help);
    let command = command.disable_help_flag(true).disable_help_subcommand(true);
    let command = command.arg(help.help("显示说明 / Print help"));
    let command = match command.get_version().is_some() {
        false => command,
        true => {
            let version = Arg::new("version").short('V').long("version");
            let version = version.action(ArgAction::Version).help("显示版本 / Print version");
            command.disable_version_flag(true).arg(version)
        }
    };
    command
        .help_template(HELP_TEMPLATE)
        .subcommand_help_heading("命令 / Commands")
        .mut_args(|arg| match arg.is_positional() {
            true => arg.help_heading("参数 / Arguments"),
            false => arg.help_heading("选项 / Options"),
        })
        .mut_subcommands(in_both_languages)
}

/// Says what clap found. Help and version are answers, on standard output, and no errors.
pub fn report(
    error: &clap::Error,
    known: impl Fn(&(dyn Error + 'static)) -> Option<Cause>,
) -> ExitCode {
    let is_answer = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    if !is_answer {
        eprintln!("{}", zh(error, known));
    }
    // Nothing is left to be done where even this cannot be shown.
    let _shown = error.print();
    if is_answer { ExitCode::SUCCESS } else { ExitCode::from(EXIT_USAGE) }
}

fn zh(error: &clap::Error, known: impl Fn(&(dyn Error + 'static)) -> Option<Cause>) -> String {
    let get = |kind| error.get(kind).map(ToString::to_string).filter(|text| !text.is_empty());
    let named = |kind| get(kind).unwrap_or_default();
    let arg = named(ContextKind::InvalidArg);
    let value = named(ContextKind::InvalidValue);
    let choice = |kind| get(kind).map_or_else(String::new, |valid| format!("，可用：{valid}"));
    let meant = |kind| get(kind).map_or_else(String::new, |meant| format!("，是否指 {meant}？"));
    let (code, said) = match error.kind() {
        ErrorKind::UnknownArgument => (
            "unknown_option",
            format!("没有 {arg} 这个选项或参数{}", meant(ContextKind::SuggestedArg)),
        ),
        ErrorKind::InvalidSubcommand => (
            "unknown_command",
            format!(
                "没有 {} 这个命令{}",
                named(ContextKind::InvalidSubcommand),
                meant(ContextKind::SuggestedSubcommand)
            ),
        ),
        ErrorKind::MissingRequiredArgument => ("missing_argument", format!("缺少 {arg}")),
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            ("missing_command", format!("缺少命令{}", choice(ContextKind::ValidSubcommand)))
        }
        ErrorKind::InvalidValue if value.is_empty() => {
            ("missing_value", format!("{arg} 缺少值{}", choice(ContextKind::ValidValue)))
        }
        ErrorKind::InvalidValue => {
            ("wrong_value", format!("{arg} 不能是“{value}”{}", choice(ContextKind::ValidValue)))
        }
        ErrorKind::ValueValidation => {
            let why = error.source().map(|source| causes::zh(source, known));
            ("wrong_value", format!("{arg} 不能是“{value}”：{}", why.unwrap_or_default()))
        }
        ErrorKind::ArgumentConflict => match get(ContextKind::PriorArg) {
            Some(prior) if prior != arg => ("conflict", format!("{arg} 不能与 {prior} 同用")),
            Some(_) | None => ("conflict", format!("{arg} 不能这样重复或并用")),
        },
        ErrorKind::TooManyValues => ("too_many_values", format!("{arg} 的值“{value}”是多余的")),
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            ("wrong_number_of_values", format!("{arg} 的值的个数不对"))
        }
        ErrorKind::NoEquals => ("no_equals", format!("{arg} 与它的值之间须有等号")),
        ErrorKind::InvalidUtf8 => ("not_text", "命令行中有不是 UTF-8 的文字".to_owned()),
        _ => ("usage", "命令行有误".to_owned()),
    };
    format!("[usage_{code}] {said}。请更正；加 --help 查看用法。")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use clap::{Arg, ArgAction, Command, value_parser};

    use super::*;
    use crate::time::Date;

    fn program() -> Command {
        let day = Arg::new("day").long("day").value_parser(value_parser!(Date));
        let count = Arg::new("count").long("count").value_parser(value_parser!(u32));
        let form = Arg::new("form").long("form").value_parser(["long", "short"]);
        let pair = Arg::new("pair").long("pair").num_args(2);
        let exact = Arg::new("exact").long("exact").require_equals(true).conflicts_with("day");
        let twice = Arg::new("quiet").long("quiet").action(ArgAction::SetTrue);
        let shown = Command::new("show")
            .arg(Arg::new("what").required(true))
            .args([day, count, form, pair, exact, twice]);
        Command::new("program").subcommand_required(true).subcommand(shown)
    }

    fn said(words: &[&str]) -> String {
        let words = ["program"].iter().chain(words);
        let error = program().try_get_matches_from(words).unwrap_err();
        assert_eq!(report(&error, Cause::known), ExitCode::from(EXIT_USAGE));
        zh(&error, Cause::known)
    }

    #[test]
    fn every_kind_of_wrong_command_line_is_said_in_chinese_with_what_it_is_about() {
        for (words, code, parts) in [
            (
                &["show", "x", "--frm", "long"] as &[&str],
                "unknown_option",
                &["--frm", "--form"] as &[&str],
            ),
            (&["shw"], "unknown_command", &["shw", "show"]),
            (&[], "missing_command", &["缺少命令"]),
            (&["show"], "missing_argument", &["缺少 <what>"]),
            (&["show", "x", "--form"], "missing_value", &["--form", "long, short"]),
            (&["show", "x", "--form", "wide"], "wrong_value", &["--form", "“wide”", "long, short"]),
            (
                &["show", "x", "--day", "2026-13-01"],
                "wrong_value",
                &["--day", "2026-13-01", "[date_wrong]"],
            ),
            (
                &["show", "x", "--count", "many"],
                "wrong_value",
                &["--count", "“many”", "[number_wrong]"],
            ),
            (
                &["show", "x", "--exact=1", "--day", "2026-01-01"],
                "conflict",
                &["--exact", "不能与 --day"],
            ),
            (&["show", "x", "--form", "long", "--form", "long"], "conflict", &["--form", "重复"]),
            (&["show", "x", "--quiet=1"], "too_many_values", &["--quiet", "“1”"]),
            (&["show", "x", "--pair", "1"], "wrong_number_of_values", &["--pair"]),
            (&["show", "x", "--exact", "1"], "no_equals", &["--exact"]),
        ] {
            let said = said(words);
            assert!(said.starts_with(&format!("[usage_{code}] ")), "{words:?}: {said}");
            assert!(parts.iter().all(|part| said.contains(part)), "{words:?}: {said}");
            assert!(said.contains("--help"), "{said}");
        }
    }

    #[test]
    fn help_is_an_answer() {
        let error = program().try_get_matches_from(["program", "show", "--help"]).unwrap_err();
        assert_eq!(report(&error, Cause::known), ExitCode::SUCCESS);
    }
}
