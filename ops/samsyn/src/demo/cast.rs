//! Who plays in a site of the demo's: sources with their mappings, recipients, the doors for JSON
//! and for a webhook, and what its own copy of the bundle says besides. Nothing here is for
//! production.

use super::prepare::{make, say, write_pair};
use kit::{AUDIENCE, Authority, ISSUER, Lapse, SCOPE};
use ruling::BundleFiles;
use settings::{DeliveryFormat, HttpIntake, HttpLimits, Retry, Source, Tokens, Webhook};
use standing::development::DevelopmentIssuer;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use vocabulary::{OrgNumber, SourceId, ViewId};

/// What is played.
#[derive(Default)]
pub(crate) struct Play {
    /// Who sends besides the mappings of the checkout. Without any, the bundle is the checkout's.
    pub(crate) authorities: Vec<Authority>,
    /// The receiver of a webhook; with it there is an HTTP intake too.
    pub(crate) hook: Option<SocketAddr>,
    /// A basis of the bundle whose time passes.
    pub(crate) lapse: Option<Lapse>,
    /// The one a-krim view of the bundle, where it has no more.
    pub(crate) only: Option<&'static str>,
}

/// A recipient of the demo.
#[derive(Debug, Clone)]
pub(crate) struct Recipient {
    pub(crate) name: &'static str,
    pub(crate) view: ViewId,
    pub(crate) orgnr: OrgNumber,
    pub(crate) addressed: bool,
    pub(crate) format: DeliveryFormat,
    /// Whether it has a column where one record is shown side by side.
    pub(crate) shown: bool,
    pub(crate) folder: PathBuf,
}

/// View, name for people, organisation number, addressed, format.
type Row = (&'static str, &'static str, &'static str, bool, DeliveryFormat);

/// Those in every site.
const FEW: [Row; 6] = [
    ("akrim-core", "Arbeidstilsynet", "974761211", false, DeliveryFormat::Ndjson),
    ("akrim-organ", "Statens vegvesen", "971032081", false, DeliveryFormat::Ndjson),
    ("tilda-supervisor", "Miljødirektoratet", "999601391", false, DeliveryFormat::Ndjson),
    ("municipality-licence", "Oslo kommune", "971183675", true, DeliveryFormat::Csv),
    ("buyer-private", "Fjordbygg innkjøp AS (syntetisk)", "310000027", false, DeliveryFormat::Csv),
    ("public-register", "Åpent uttrekk (syntetisk)", "310000043", false, DeliveryFormat::Csv),
];

/// Those of a site in which everyone sends. `buyer-consent` and `contract-own` have no recipient of
/// their own here: their lanes are the gateway's.
const MORE: [Row; 7] = [
    ("akrim-case", "Oslo kommune", "971183675", true, DeliveryFormat::Ndjson),
    ("sanction-coordination", "Økokrim", "874761532", false, DeliveryFormat::Ndjson),
    ("alert-addressee", "Miljødirektoratet", "999601391", true, DeliveryFormat::Ndjson),
    ("buyer-public", "Innkjøpssentral (syntetisk)", "310000043", false, DeliveryFormat::Csv),
    ("suspension-public", "Åpent nettsted (syntetisk)", "310000019", false, DeliveryFormat::Csv),
    ("statistics", "Statistikkbyrå (syntetisk)", "310000051", false, DeliveryFormat::Csv),
    ("ntaes", "NTAES", NTAES, false, DeliveryFormat::Ndjson),
];
/// Told by what `kit` gives it, since its own number is not known.
const NTAES: &str = "NTAES";

/// The webhook's view and recipient: Sjøfartsdirektoratet.
pub(crate) const HOOK: (&str, &str) = ("sanction-coordination", "974761262");
/// The source that hands in JSON.
pub(crate) const JSON_SOURCE: &str = "DAT-tilda";

/// Everyone who is delivered to, each with a folder.
pub(super) fn recipients(folder: &Path, play: &Play) -> Result<Vec<Recipient>, String> {
    let more = MORE.iter().filter(|_| !play.authorities.is_empty());
    let few = FEW.iter().map(|row| (row, true));
    let rows = few.chain(more.map(|row| (row, false)));
    let rows = rows.filter(|((view, ..), _)| play.only.is_none_or(|only| only == *view));
    rows.map(|((view, name, orgnr, addressed, format), shown)| {
        let orgnr = match *orgnr {
            NTAES => number_of(NTAES).ok_or("the list has no NTAES")?,
            number => number.parse().map_err(say("a recipient's number"))?,
        };
        let view: ViewId = view.parse().map_err(say("a view's name"))?;
        let folder = make(&folder.join("out").join(view.as_str()))?;
        let (addressed, format) = (*addressed, *format);
        Ok(Recipient { name, view, orgnr, addressed, format, shown, folder })
    })
    .collect()
}

fn number_of(code: &str) -> Option<OrgNumber> {
    let all = kit::without_number().into_iter();
    all.filter(|(of, _)| of.as_str() == code).map(|(_, number)| number).next()
}

/// Every mapping of the checkout is a source with a key and an inbox of its own; whoever else
/// plays has one made from the template.
pub(super) fn sources(root: &Path, folder: &Path, play: &Play) -> Result<Vec<Source>, String> {
    let tree = root.join("connectors/mappings");
    let mut paths: Vec<PathBuf> = fs::read_dir(&tree)
        .map_err(say("the mappings"))?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .filter(|path| play.hook.is_some() || !is_json(path))
        .collect();
    paths.sort();
    let mut sources: Vec<Source> =
        paths.iter().map(|mapping| source(folder, mapping)).collect::<Result<_, _>>()?;
    let template = fs::read_to_string(tree.join("forms/authority.template"));
    let template = template.map_err(say("the mappings' template"))?;
    let own = make(&folder.join("mappings/forms"))?;
    fs::copy(tree.join("forms/synthetic-export.toml"), own.join("synthetic-export.toml"))
        .map_err(say("a form"))?;
    for authority in &play.authorities {
        if sources.iter().any(|source| source.id == authority.code) {
            continue;
        }
        let mapping = folder.join(format!("mappings/{}.toml", authority.code));
        fs::write(&mapping, filled(&template, authority)).map_err(say("a mapping"))?;
        sources.push(source(folder, &mapping)?);
    }
    Ok(sources)
}

/// The template for one authority.
fn filled(template: &str, authority: &Authority) -> String {
    let kinds: Vec<&str> = authority.sends.iter().map(|kind| kit::word(*kind)).collect();
    template
        .replace("{name}", authority.name)
        .replace("{source}", authority.code.as_str())
        .replace("{producer}", authority.number.as_str())
        .replace("{kinds}", &kinds.join("\", \""))
}

fn is_json(mapping: &Path) -> bool {
    mapping.to_string_lossy().ends_with("-tilda.toml")
}

fn source(folder: &Path, mapping: &Path) -> Result<Source, String> {
    let stem = mapping.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().to_owned();
    let id: SourceId = stem.parse().map_err(say("a mapping's name is no source"))?;
    write_pair(folder, &stem)?;
    Ok(Source {
        key: folder.join(format!("keys/{stem}.pem")),
        inbox: make(&folder.join("in").join(&stem))?,
        mapping: mapping.canonicalize().map_err(say("a mapping"))?,
        id,
        http: is_json(mapping),
        limits: settings::SourceLimits::default(),
    })
}

/// The HTTP intake on loopback, for tokens of an issuer made for the occasion.
pub(super) fn intake(
    folder: &Path,
    address: SocketAddr,
) -> Result<(HttpIntake, DevelopmentIssuer), String> {
    let issuer = DevelopmentIssuer::generate().map_err(say("the issuer"))?;
    let keys = folder.join("keys/issuer.jwks.json");
    fs::write(&keys, issuer.key_set()).map_err(say("the issuer"))?;
    let tokens = Tokens {
        issuer: ISSUER.to_owned(),
        audience: AUDIENCE.to_owned(),
        scope: SCOPE.to_owned(),
        keys,
    };
    let intake = HttpIntake {
        address,
        certificate: None,
        key: None,
        client_authority: None,
        tokens: Some(tokens),
        limits: HttpLimits::default(),
    };
    Ok((intake, issuer))
}

/// One recipient's webhook.
pub(super) fn webhook(folder: &Path, receiver: SocketAddr) -> Result<Webhook, String> {
    write_pair(folder, "webhook")?;
    let (view, recipient) = HOOK;
    Ok(Webhook {
        view: view.parse().map_err(say("a view's name"))?,
        recipient: recipient.parse().map_err(say("a recipient's number"))?,
        addressed: false,
        url: format!("http://{receiver}/samsyn"),
        origin: "samsyn.example".to_owned(),
        key: folder.join("keys/webhook.pem"),
        format: settings::WebhookFormat::Json,
        authority: None,
        private: true,
        retry: Retry::default(),
    })
}

/// What the site's own copy of the bundle says besides: a synthetic number for each authority whose
/// own is not known, so that it may send and receive here; and the last day of a basis. With that
/// its cases, which are asked beyond the day, are left out.
pub(super) fn edit(files: &mut BundleFiles, play: &Play) -> Result<(), String> {
    if let Some(view) = play.only {
        let only = kit::house::Rulebook::akrim(&[view]).map_err(say("the bundle"))?;
        *files = only.files().clone();
    }
    if !play.authorities.is_empty() {
        let mut groups = files.text("groups.toml").ok_or("the bundle has no groups")?.to_owned();
        for (code, number) in kit::without_number() {
            let line = format!("\ncode = \"{code}\"\n");
            groups = once(&groups, &line, &format!("{line}orgnr = \"{number}\"\n"))?;
        }
        files.0.insert("groups.toml".to_owned(), groups.into_bytes());
    }
    if let Some(Lapse { basis, last }) = &play.lapse {
        let bases = files.text("bases.toml").ok_or("the bundle has no bases")?;
        let (before, of) = bases
            .split_once(&format!("\nid = \"{basis}\"\n"))
            .ok_or("the bundle has no such basis")?;
        let lapses = of.replacen("\nvalid_from", &format!("\nvalid_to = {last}\nvalid_from"), 1);
        let bases = format!("{before}\nid = \"{basis}\"\n{lapses}");
        files.0.insert("bases.toml".to_owned(), bases.into_bytes());
        files.0.retain(|path, _| !path.starts_with("cases/"));
    }
    Ok(())
}

/// The text with words replaced that stand there exactly once.
fn once(text: &str, find: &str, replace: &str) -> Result<String, String> {
    match text.matches(find).count() {
        1 => Ok(text.replacen(find, replace, 1)),
        _ => Err(format!("the bundle's groups do not say once:{find}")),
    }
}
