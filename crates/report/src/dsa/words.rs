//! The words that the transparency database takes, besides those of [`model::StatementCategory`], and
//! those that it took once: label set "schema v2", in force since 1 July 2025
//! (`digital-services-act/transparency-database`, commit 69e80a0b).

/// Restrictions of visibility.
pub(super) const VISIBILITY: &[&str] = &[
    "DECISION_VISIBILITY_CONTENT_REMOVED",
    "DECISION_VISIBILITY_CONTENT_DISABLED",
    "DECISION_VISIBILITY_CONTENT_DEMOTED",
    "DECISION_VISIBILITY_CONTENT_AGE_RESTRICTED",
    "DECISION_VISIBILITY_CONTENT_INTERACTION_RESTRICTED",
    "DECISION_VISIBILITY_CONTENT_LABELLED",
    "DECISION_VISIBILITY_OTHER",
];
/// Restrictions of payments.
pub(super) const MONETARY: &[&str] = &[
    "DECISION_MONETARY_SUSPENSION",
    "DECISION_MONETARY_TERMINATION",
    "DECISION_MONETARY_OTHER",
];
/// Restrictions of the service.
pub(super) const PROVISION: &[&str] = &[
    "DECISION_PROVISION_PARTIAL_SUSPENSION",
    "DECISION_PROVISION_TOTAL_SUSPENSION",
    "DECISION_PROVISION_PARTIAL_TERMINATION",
    "DECISION_PROVISION_TOTAL_TERMINATION",
];
/// Restrictions of the account.
pub(super) const ACCOUNT: &[&str] = &["DECISION_ACCOUNT_SUSPENDED", "DECISION_ACCOUNT_TERMINATED"];
/// Kinds of accounts.
pub(super) const ACCOUNT_TYPE: &[&str] = &["ACCOUNT_TYPE_BUSINESS", "ACCOUNT_TYPE_PRIVATE"];
/// What a decision rests on.
pub(super) const GROUND: &[&str] = &[ILLEGAL, INCOMPATIBLE];
/// It rests on the law.
pub(super) const ILLEGAL: &str = "DECISION_GROUND_ILLEGAL_CONTENT";
/// It rests on the terms.
pub(super) const INCOMPATIBLE: &str = "DECISION_GROUND_INCOMPATIBLE_CONTENT";
/// Kinds of content.
pub(super) const CONTENT_TYPE: &[&str] = &[
    "CONTENT_TYPE_APP",
    "CONTENT_TYPE_AUDIO",
    "CONTENT_TYPE_IMAGE",
    "CONTENT_TYPE_PRODUCT",
    "CONTENT_TYPE_SYNTHETIC_MEDIA",
    "CONTENT_TYPE_TEXT",
    "CONTENT_TYPE_VIDEO",
    "CONTENT_TYPE_OTHER",
];
/// Where the matter came from.
pub(super) const SOURCE: &[&str] = &[
    "SOURCE_ARTICLE_16",
    "SOURCE_TRUSTED_FLAGGER",
    "SOURCE_TYPE_OTHER_NOTIFICATION",
    "SOURCE_VOLUNTARY",
];
/// How far a decision was made by a machine.
pub(super) const AUTOMATED: &[&str] = &[
    "AUTOMATED_DECISION_FULLY",
    "AUTOMATED_DECISION_PARTIALLY",
    "AUTOMATED_DECISION_NOT_AUTOMATED",
];
/// Yes and no.
pub(super) const YES_NO: &[&str] = &["Yes", "No"];

/// Keywords that [`model::StatementKeyword`] leaves out, because no goods need them.
pub(super) const FURTHER_KEYWORDS: &[&str] = &[
    "BULLYING_AGAINST_GIRLS",
    "CHILD_SEXUAL_ABUSE_MATERIAL_DEEPFAKE",
    "CONTENT_PROMOTING_EATING_DISORDERS",
    "COORDINATED_HARM",
    "CYBER_BULLYING_INTIMIDATION",
    "CYBER_HARASSMENT",
    "CYBER_HARASSMENT_AGAINST_WOMEN",
    "CYBER_INCITEMENT",
    "CYBER_STALKING",
    "CYBER_STALKING_AGAINST_WOMEN",
    "DEFAMATION",
    "DISCRIMINATION",
    "FEMALE_GENDERED_DISINFORMATION",
    "GROOMING_SEXUAL_ENTICEMENT_MINORS",
    "HUMAN_EXPLOITATION",
    "HUMAN_TRAFFICKING",
    "INCITEMENT_AGAINST_WOMEN",
    "INCITEMENT_VIOLENCE_HATRED",
    "MISINFORMATION_DISINFORMATION",
    "MISSING_PROCESSING_GROUND",
    "NON_CONSENSUAL_IMAGE_SHARING",
    "NON_CONSENSUAL_IMAGE_SHARING_AGAINST_WOMEN",
    "NON_CONSENSUAL_MATERIAL_DEEPFAKE",
    "NON_CONSENSUAL_MATERIAL_DEEPFAKE_AGAINST_WOMEN",
    "RIGHT_TO_BE_FORGOTTEN",
    "SELF_MUTILATION",
    "SUICIDE",
    "TRAFFICKING_WOMEN_GIRLS",
    "UNSAFE_CHALLENGES",
    "VIOLATION_EU_LAW",
    "VIOLATION_NATIONAL_LAW",
];

/// Categories and keywords that were retired with the first schema, without their prefixes.
pub(super) const RETIRED: &[&str] = &[
    "PORNOGRAPHY_OR_SEXUALIZED_CONTENT",
    "SCOPE_OF_PLATFORM_SERVICE",
    "NON_CONSENSUAL_BEHAVIOUR",
    "UNSAFE_AND_ILLEGAL_PRODUCTS",
    "REGULATED_GOODS_SERVICES",
    "DANGEROUS_TOYS",
    "INSUFFICIENT_INFORMATION_TRADERS",
    "MISINFORMATION",
    "DISINFORMATION",
    "IMAGE_BASED_SEXUAL_ABUSE",
    "GENDER_BASED_VIOLENCE",
];

/// Countries of the European Union; Greece is `EL` in texts of the Union, and `GR` here.
pub(super) const UNION: &[&str] = &[
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT",
    "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
];
/// The further countries of the European Economic Area.
pub(super) const FURTHER_AREA: &[&str] = &["IS", "LI", "NO"];

/// Languages of ISO 639-1.
pub(super) const LANGUAGES: &str = "AA AB AE AF AK AM AN AR AS AV AY AZ BA BE BG BH BI BM BN BO BR BS CA CE CH CO CR CS CU CV \
    CY DA DE DV DZ EE EL EN EO ES ET EU FA FF FI FJ FO FR FY GA GD GL GN GU GV HA HE HI HO HR HT HU HY \
    HZ IA ID IE IG II IK IO IS IT IU JA JV KA KG KI KJ KK KL KM KN KO KR KS KU KV KW KY LA LB LG LI LN \
    LO LT LU LV MG MH MI MK ML MN MR MS MT MY NA NB ND NE NG NL NN NO NR NV NY OC OJ OM OR OS PA PI PL \
    PS PT QU RM RN RO RU RW SA SC SD SE SG SI SK SL SM SN SO SQ SR SS ST SU SV SW TA TE TG TH TI TK TL \
    TN TO TR TS TT TW TY UG UK UR UZ VE VI VO WA WO XH YI YO ZA ZH ZU";
