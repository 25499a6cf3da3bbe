//! Words of the DSA transparency database: what a statement of reasons may say.
//!
//! The label set is schema v2, in force since 1 July 2025, as the database's own source has it
//! (`digital-services-act/transparency-database`, commit 69e80a0b, `app/Models/Statement.php`). Words
//! that were retired with the first schema are not here, so that none can be written.

use serde::{Deserialize, Serialize};

use crate::hop::words;

words! {
/// Category of a statement of reasons; the database writes it with the prefix
/// [`StatementCategory::PREFIX`].
StatementCategory {
    /// Animal welfare.
    AnimalWelfare = "ANIMAL_WELFARE",
    /// Information for consumers.
    ConsumerInformation = "CONSUMER_INFORMATION",
    /// Cyber violence.
    CyberViolence = "CYBER_VIOLENCE",
    /// Cyber violence against women.
    CyberViolenceAgainstWomen = "CYBER_VIOLENCE_AGAINST_WOMEN",
    /// Data protection and privacy.
    DataProtectionAndPrivacyViolations = "DATA_PROTECTION_AND_PRIVACY_VIOLATIONS",
    /// Speech.
    IllegalOrHarmfulSpeech = "ILLEGAL_OR_HARMFUL_SPEECH",
    /// Intellectual property.
    IntellectualPropertyInfringements = "INTELLECTUAL_PROPERTY_INFRINGEMENTS",
    /// Elections and civic discourse.
    NegativeEffectsOnCivicDiscourseOrElections = "NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS",
    /// A notice that names none.
    NotSpecifiedNotice = "NOT_SPECIFIED_NOTICE",
    /// Other breaches of the terms.
    OtherViolationTc = "OTHER_VIOLATION_TC",
    /// Protection of minors.
    ProtectionOfMinors = "PROTECTION_OF_MINORS",
    /// Public security, which holds public health and the environment.
    RiskForPublicSecurity = "RISK_FOR_PUBLIC_SECURITY",
    /// Scams and fraud.
    ScamsAndFraud = "SCAMS_AND_FRAUD",
    /// Self-harm.
    SelfHarm = "SELF_HARM",
    /// Unsafe and prohibited products.
    UnsafeAndProhibitedProducts = "UNSAFE_AND_PROHIBITED_PRODUCTS",
    /// Violence.
    Violence = "VIOLENCE",
}
}

impl StatementCategory {
    /// What the database writes before the word.
    pub const PREFIX: &str = "STATEMENT_CATEGORY_";
}

words! {
/// Keyword of a statement of reasons, as far as goods and listings need them; the database
/// writes it with the prefix [`StatementKeyword::PREFIX`].
StatementKeyword {
    /// Goods that may not be sold.
    ProhibitedProducts = "PROHIBITED_PRODUCTS",
    /// Goods that are not safe.
    UnsafeProducts = "UNSAFE_PRODUCTS",
    /// Trade marks.
    TrademarkInfringement = "TRADEMARK_INFRINGEMENT",
    /// Copyright.
    CopyrightInfringement = "COPYRIGHT_INFRINGEMENT",
    /// Designs.
    DesignInfringement = "DESIGN_INFRINGEMENT",
    /// Patents.
    PatentInfringement = "PATENT_INFRINGEMENT",
    /// Geographic indications.
    GeographicIndicationsInfringement = "GEOGRAPHIC_INDICATIONS_INFRINGEMENT",
    /// Trade secrets.
    TradeSecretInfringement = "TRADE_SECRET_INFRINGEMENT",
    /// Age limits that protect minors.
    AgeSpecificRestrictionsMinors = "AGE_SPECIFIC_RESTRICTIONS_MINORS",
    /// Material of child sexual abuse.
    ChildSexualAbuseMaterial = "CHILD_SEXUAL_ABUSE_MATERIAL",
    /// Listings that are not what they seem.
    InauthenticListings = "INAUTHENTIC_LISTINGS",
    /// Accounts that are not what they seem.
    InauthenticAccounts = "INAUTHENTIC_ACCOUNTS",
    /// Reviews that no buyer wrote.
    InauthenticUserReviews = "INAUTHENTIC_USER_REVIEWS",
    /// Impersonation.
    ImpersonationAccountHijacking = "IMPERSONATION_ACCOUNT_HIJACKING",
    /// Phishing.
    Phishing = "PHISHING",
    /// Pyramid schemes.
    PyramidSchemes = "PYRAMID_SCHEMES",
    /// Advertisement that does not say that it is one.
    HiddenAdvertisement = "HIDDEN_ADVERTISEMENT",
    /// Sellers that do not say who they are.
    InsufficientInformationOnTraders = "INSUFFICIENT_INFORMATION_ON_TRADERS",
    /// Misleading words on goods or services.
    MisleadingInfoGoodsServices = "MISLEADING_INFO_GOODS_SERVICES",
    /// Misleading words on consumers' rights.
    MisleadingInfoConsumerRights = "MISLEADING_INFO_CONSUMER_RIGHTS",
    /// Prices.
    NoncompliancePricing = "NONCOMPLIANCE_PRICING",
    /// Public health.
    RiskPublicHealth = "RISK_PUBLIC_HEALTH",
    /// The environment.
    RiskEnvironmentalDamage = "RISK_ENVIRONMENTAL_DAMAGE",
    /// Illegal organizations.
    IllegalOrganizations = "ILLEGAL_ORGANIZATIONS",
    /// Terrorist content.
    TerroristContent = "TERRORIST_CONTENT",
    /// Hate speech.
    HateSpeech = "HATE_SPEECH",
    /// Sexual material for adults.
    AdultSexualMaterial = "ADULT_SEXUAL_MATERIAL",
    /// Age limits of the terms.
    AgeSpecificRestrictions = "AGE_SPECIFIC_RESTRICTIONS",
    /// Goods or services that the terms do not permit.
    GoodsServicesNotPermitted = "GOODS_SERVICES_NOT_PERMITTED",
    /// Countries that the terms do not permit.
    GeographicalRequirements = "GEOGRAPHICAL_REQUIREMENTS",
    /// Languages that the terms do not permit.
    LanguageRequirements = "LANGUAGE_REQUIREMENTS",
    /// Nudity.
    Nudity = "NUDITY",
    /// Sale of animals against the law.
    UnlawfulSaleAnimals = "UNLAWFUL_SALE_ANIMALS",
    /// Harm to animals.
    AnimalHarm = "ANIMAL_HARM",
    /// Data of the body.
    BiometricDataBreach = "BIOMETRIC_DATA_BREACH",
    /// Forged data.
    DataFalsification = "DATA_FALSIFICATION",
    /// None of the others; words of one's own say which.
    Other = "OTHER",
}
}

impl StatementKeyword {
    /// What the database writes before the word.
    pub const PREFIX: &str = "KEYWORD_";
}

/// How goods are classed in a statement of reasons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatementClass {
    /// The main category.
    pub category: StatementCategory,
    /// Further categories.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub additions: Vec<StatementCategory>,
    /// Keywords.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keywords: Vec<StatementKeyword>,
}
