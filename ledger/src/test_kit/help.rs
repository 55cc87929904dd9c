//! Whether a program's help is in both languages.

/// The commands and arguments whose help lacks Chinese or English, with what it says.
pub fn help_lacking_a_language(command: &clap::Command) -> Vec<String> {
    let mut lacking = Vec::new();
    walk(command, command.get_name(), &mut lacking);
    lacking
}

fn walk(command: &clap::Command, path: &str, lacking: &mut Vec<String>) {
    let said = |help: Option<&clap::builder::StyledStr>| help.map(ToString::to_string);
    for argument in command.get_arguments() {
        let name = argument.get_id().as_str();
        // What clap adds is put in both languages by `usage`.
        if matches!(name, "help" | "version") {
            continue;
        }
        let help = said(argument.get_help()).unwrap_or_default();
        for help in [Some(help), said(argument.get_long_help())].into_iter().flatten() {
            if !in_both(&help) {
                lacking.push(format!("{path} {name}: {help}"));
            }
        }
    }
    let about = said(command.get_about()).unwrap_or_default();
    for about in [Some(about), said(command.get_long_about())].into_iter().flatten() {
        if !in_both(&about) {
            lacking.push(format!("{path}: {about}"));
        }
    }
    for below in command.get_subcommands().filter(|below| below.get_name() != "help") {
        walk(below, &format!("{path} {}", below.get_name()), lacking);
    }
}

/// Every paragraph is.
fn in_both(text: &str) -> bool {
    text.split("\n\n").all(paragraph_in_both)
}

fn paragraph_in_both(text: &str) -> bool {
    let is_chinese = |c: char| ('\u{4E00}'..='\u{9FFF}').contains(&c);
    text.chars().any(is_chinese) && text.chars().any(|c| c.is_ascii_lowercase())
}
