//! All functions by name, with the types of their parameters.

use super::{Body, Function, Plain};
use super::{
    builtins, cases, convert, crypto, dates, formats, hash, lists, maps, math, paths, regexes, strings, versions,
};

fn plain(name: &'static str, params: &'static str, body: Plain) -> Function {
    Function { name, params, body: Body::Plain(body) }
}

/// Every function that a template may name; there are no others.
#[must_use]
pub fn all() -> Vec<Function> {
    let special = |name, params, body| Function { name, params, body };
    let mut all = vec![
        special("and", "aa*", Body::And),
        special("or", "aa*", Body::Or),
        special("call", "aa*", Body::Call),
        special("include", "sa", Body::Include),
        special("tpl", "sa", Body::Tpl),
        special("required", "sa", Body::Required),
        special("fail", "s", Body::Fail),
        special("lookup", "ssss", Body::Lookup),
    ];
    all.extend(builtins_functions());
    all.extend(cases_functions());
    all.extend(strings_functions());
    all.extend(convert_functions());
    all.extend(math_functions());
    all.extend(lists_functions());
    all.extend(maps_functions());
    all.extend(regexes_functions());
    all.extend(versions_functions());
    all.extend(dates_functions());
    all.extend(hash_functions());
    all.extend(crypto_functions());
    all.extend(paths_functions());
    all
}

fn builtins_functions() -> Vec<Function> {
    vec![
        plain("eq", "aa*", builtins::eq),
        plain("ne", "aa", builtins::ne),
        plain("lt", "aa", builtins::lt),
        plain("le", "aa", builtins::le),
        plain("gt", "aa", builtins::gt),
        plain("ge", "aa", builtins::ge),
        plain("not", "a", builtins::not),
        plain("len", "a", builtins::len),
        plain("index", "aa*", builtins::index),
        plain("print", "a*", builtins::print),
        plain("println", "a*", builtins::println),
        plain("printf", "sa*", builtins::printf),
        plain("html", "a*", builtins::html),
        plain("js", "a*", builtins::js),
        plain("urlquery", "a*", builtins::urlquery),
        plain("hello", "", builtins::hello),
        plain("getHostByName", "s", builtins::get_host_by_name),
    ]
}

fn cases_functions() -> Vec<Function> {
    vec![
        plain("upper", "s", cases::upper),
        plain("lower", "s", cases::lower),
        plain("title", "s", cases::title),
        plain("untitle", "s", cases::untitle),
        plain("swapcase", "s", cases::swapcase),
        plain("snakecase", "s", cases::snakecase),
        plain("kebabcase", "s", cases::kebabcase),
        plain("camelcase", "s", cases::camelcase),
        plain("initials", "s", cases::initials),
    ]
}

fn strings_functions() -> Vec<Function> {
    vec![
        plain("trunc", "is", strings::trunc),
        plain("substr", "iis", strings::substr),
        plain("trim", "s", strings::trim),
        plain("trimAll", "ss", strings::trim_all),
        plain("trimall", "ss", strings::trim_all),
        plain("trimSuffix", "ss", strings::trim_suffix),
        plain("trimPrefix", "ss", strings::trim_prefix),
        plain("nospace", "s", strings::nospace),
        plain("contains", "ss", strings::contains),
        plain("hasPrefix", "ss", strings::has_prefix),
        plain("hasSuffix", "ss", strings::has_suffix),
        plain("repeat", "is", strings::repeat),
        plain("replace", "sss", strings::replace),
        plain("indent", "is", strings::indent),
        plain("nindent", "is", strings::nindent),
        plain("quote", "a*", strings::quote),
        plain("squote", "a*", strings::squote),
        plain("cat", "a*", strings::cat),
        plain("toString", "a", strings::to_string),
        plain("toStrings", "a", strings::to_strings),
        plain("join", "sa", strings::join),
        plain("sortAlpha", "a", strings::sort_alpha),
        plain("splitList", "ss", strings::split_list),
        plain("split", "ss", strings::split),
        plain("splitn", "sis", strings::splitn),
        plain("plural", "ssi", strings::plural),
        plain("abbrev", "is", strings::abbrev),
        plain("abbrevboth", "iis", strings::abbrevboth),
        plain("wrap", "is", strings::wrap),
        plain("wrapWith", "iss", strings::wrap_with),
    ]
}

fn convert_functions() -> Vec<Function> {
    vec![
        plain("int", "a", convert::int),
        plain("int64", "a", convert::int64),
        plain("float64", "a", convert::float64),
        plain("atoi", "s", convert::atoi),
        plain("toDecimal", "a", convert::to_decimal),
        plain("typeOf", "a", convert::type_of),
        plain("kindOf", "a", convert::kind_of),
        plain("typeIs", "sa", convert::type_is),
        plain("typeIsLike", "sa", convert::type_is_like),
        plain("kindIs", "sa", convert::kind_is),
        plain("deepEqual", "aa", convert::deep_equal),
        plain("deepCopy", "a", convert::deep_copy),
        plain("mustDeepCopy", "a", convert::deep_copy),
        plain("toYaml", "a", formats::to_yaml_function),
        plain("mustToYaml", "a", formats::to_yaml_function),
        plain("toYamlPretty", "a", formats::to_yaml_pretty),
        plain("toJson", "a", formats::to_json),
        plain("mustToJson", "a", formats::to_json),
        plain("toRawJson", "a", formats::to_raw_json),
        plain("mustToRawJson", "a", formats::to_raw_json),
        plain("toPrettyJson", "a", formats::to_pretty_json),
        plain("mustToPrettyJson", "a", formats::to_pretty_json),
        plain("toToml", "a", formats::to_toml),
        plain("mustToToml", "a", formats::to_toml),
        plain("fromYaml", "s", formats::from_yaml),
        plain("fromYamlArray", "s", formats::from_yaml_array),
        plain("fromJson", "s", formats::from_json),
        plain("fromJsonArray", "s", formats::from_json_array),
        plain("mustFromJson", "s", formats::must_from_json),
        plain("fromToml", "s", formats::from_toml),
        plain("b64enc", "s", formats::b64enc),
        plain("b32enc", "s", formats::b32enc),
        plain("b64dec", "s", formats::b64dec),
        plain("b32dec", "s", formats::b32dec),
        plain("empty", "a", convert::empty),
        plain("default", "aa*", convert::default),
        plain("coalesce", "a*", convert::coalesce),
        plain("all", "a*", convert::all),
        plain("any", "a*", convert::any),
        plain("ternary", "aab", convert::ternary),
    ]
}

fn math_functions() -> Vec<Function> {
    vec![
        plain("add", "a*", math::add),
        plain("add1", "a", math::add1),
        plain("mul", "aa*", math::mul),
        plain("sub", "aa", math::sub),
        plain("div", "aa", math::div),
        plain("mod", "aa", math::modulo),
        plain("max", "aa*", math::max),
        plain("biggest", "aa*", math::max),
        plain("min", "aa*", math::min),
        plain("maxf", "aa*", math::maxf),
        plain("minf", "aa*", math::minf),
        plain("addf", "a*", math::addf),
        plain("add1f", "a", math::add1f),
        plain("subf", "aa*", math::subf),
        plain("mulf", "aa*", math::mulf),
        plain("divf", "aa*", math::divf),
        plain("ceil", "a", math::ceil),
        plain("floor", "a", math::floor),
        plain("round", "aif*", math::round),
        plain("until", "i", math::until),
        plain("untilStep", "iii", math::until_step),
        plain("seq", "i*", math::seq),
    ]
}

fn lists_functions() -> Vec<Function> {
    vec![
        plain("list", "a*", lists::list),
        plain("tuple", "a*", lists::list),
        plain("append", "aa", lists::append),
        plain("mustAppend", "aa", lists::append),
        plain("push", "aa", lists::append),
        plain("mustPush", "aa", lists::append),
        plain("prepend", "aa", lists::prepend),
        plain("mustPrepend", "aa", lists::prepend),
        plain("concat", "a*", lists::concat),
        plain("first", "a", lists::first),
        plain("mustFirst", "a", lists::first),
        plain("last", "a", lists::last),
        plain("mustLast", "a", lists::last),
        plain("rest", "a", lists::rest),
        plain("mustRest", "a", lists::rest),
        plain("initial", "a", lists::initial),
        plain("mustInitial", "a", lists::initial),
        plain("reverse", "a", lists::reverse),
        plain("mustReverse", "a", lists::reverse),
        plain("compact", "a", lists::compact),
        plain("mustCompact", "a", lists::compact),
        plain("uniq", "a", lists::uniq),
        plain("mustUniq", "a", lists::uniq),
        plain("has", "aa", lists::has),
        plain("mustHas", "aa", lists::has),
        plain("without", "aa*", lists::without),
        plain("mustWithout", "aa*", lists::without),
        plain("slice", "aa*", lists::slice),
        plain("mustSlice", "aa*", lists::slice),
        plain("chunk", "ia", lists::chunk),
        plain("mustChunk", "ia", lists::chunk),
    ]
}

fn maps_functions() -> Vec<Function> {
    vec![
        plain("dict", "a*", maps::dict),
        plain("get", "ms", maps::get),
        plain("set", "msa", maps::set),
        plain("unset", "ms", maps::unset),
        plain("hasKey", "ms", maps::has_key),
        plain("keys", "m*", maps::keys),
        plain("values", "m", maps::values),
        plain("pluck", "sm*", maps::pluck),
        plain("pick", "ms*", maps::pick),
        plain("omit", "ms*", maps::omit),
        plain("merge", "mm*", maps::merge),
        plain("mustMerge", "mm*", maps::merge),
        plain("mergeOverwrite", "mm*", maps::merge_overwrite),
        plain("mustMergeOverwrite", "mm*", maps::merge_overwrite),
        plain("dig", "a*", maps::dig),
    ]
}

fn regexes_functions() -> Vec<Function> {
    vec![
        plain("regexMatch", "ss", regexes::matches),
        plain("mustRegexMatch", "ss", regexes::must_match),
        plain("regexFind", "ss", regexes::find),
        plain("mustRegexFind", "ss", regexes::find),
        plain("regexFindAll", "ssi", regexes::find_all),
        plain("mustRegexFindAll", "ssi", regexes::find_all),
        plain("regexReplaceAll", "sss", regexes::replace_all),
        plain("mustRegexReplaceAll", "sss", regexes::replace_all),
        plain("regexReplaceAllLiteral", "sss", regexes::replace_all_literal),
        plain("mustRegexReplaceAllLiteral", "sss", regexes::replace_all_literal),
        plain("regexSplit", "ssi", regexes::split),
        plain("mustRegexSplit", "ssi", regexes::split),
        plain("regexQuoteMeta", "s", regexes::quote_meta),
    ]
}

fn versions_functions() -> Vec<Function> {
    vec![plain("semver", "s", versions::semver), plain("semverCompare", "ss", versions::semver_compare)]
}

fn dates_functions() -> Vec<Function> {
    vec![
        plain("now", "", dates::now),
        plain("date", "sa", dates::date),
        plain("dateInZone", "sas", dates::date),
        plain("date_in_zone", "sas", dates::date),
        plain("dateModify", "st", dates::date_modify),
        plain("date_modify", "st", dates::date_modify),
        plain("mustDateModify", "st", dates::must_date_modify),
        plain("must_date_modify", "st", dates::must_date_modify),
        plain("htmlDate", "a", dates::html_date),
        plain("htmlDateInZone", "as", dates::html_date),
        plain("toDate", "ss", dates::to_date),
        plain("mustToDate", "ss", dates::must_to_date),
        plain("unixEpoch", "t", dates::unix_epoch),
        plain("duration", "a", dates::duration),
        plain("durationRound", "a", dates::duration_round),
        plain("ago", "a", dates::ago),
    ]
}

fn hash_functions() -> Vec<Function> {
    vec![
        plain("sha256sum", "s", hash::sha256sum),
        plain("sha512sum", "s", hash::sha512sum),
        plain("sha1sum", "s", hash::sha1sum),
        plain("adler32sum", "s", hash::adler32sum),
    ]
}

fn crypto_functions() -> Vec<Function> {
    vec![
        plain("randAlphaNum", "i", crypto::rand_alpha_num),
        plain("randAlpha", "i", crypto::rand_alpha),
        plain("randNumeric", "i", crypto::rand_numeric),
        plain("randAscii", "i", crypto::rand_ascii),
        plain("randBytes", "i", crypto::rand_bytes),
        plain("randInt", "ii", crypto::rand_int),
        plain("shuffle", "s", crypto::shuffle),
        plain("uuidv4", "", crypto::uuidv4),
        plain("bcrypt", "s", crypto::bcrypt),
        plain("htpasswd", "ss", crypto::htpasswd),
        plain("derivePassword", "issss", crypto::derive_password),
        plain("genPrivateKey", "s", crypto::gen_private_key),
        plain("genCA", "si", crypto::gen_ca),
        plain("genCAWithKey", "sis", crypto::gen_ca),
        plain("genSelfSignedCert", "slli", crypto::gen_self_signed_cert),
        plain("genSelfSignedCertWithKey", "sllis", crypto::gen_self_signed_cert),
        plain("genSignedCert", "sllia", crypto::gen_signed_cert),
        plain("genSignedCertWithKey", "sllias", crypto::gen_signed_cert),
        plain("buildCustomCert", "ss", crypto::build_custom_cert),
        plain("encryptAES", "ss", crypto::encrypt_aes),
        plain("decryptAES", "ss", crypto::decrypt_aes),
    ]
}

fn paths_functions() -> Vec<Function> {
    vec![
        plain("base", "s", paths::base),
        plain("dir", "s", paths::dir),
        plain("clean", "s", paths::clean),
        plain("ext", "s", paths::ext),
        plain("isAbs", "s", paths::is_abs),
        plain("osBase", "s", paths::base),
        plain("osDir", "s", paths::dir),
        plain("osClean", "s", paths::clean),
        plain("osExt", "s", paths::ext),
        plain("osIsAbs", "s", paths::is_abs),
        plain("urlParse", "s", paths::url_parse),
        plain("urlJoin", "m", paths::url_join),
    ]
}
