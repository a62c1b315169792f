//! The `seaworthy` command.

fn main() -> std::process::ExitCode {
    seaworthy::cli::run()
}
