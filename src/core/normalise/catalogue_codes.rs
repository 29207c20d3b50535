//! Codes of products as they are sold to some: to schools, to the government, without Teams. The ids are
//! facts of Microsoft's public licensing table; product names are trademarks of their owners.

use std::collections::BTreeMap;
use std::sync::LazyLock;

static WRITTEN_OUT: LazyLock<BTreeMap<String, &str>> = LazyLock::new(|| {
    let of = |(name, codes): &(&'static str, &[&str])| {
        let name = *name;
        codes.iter().map(|code| (code.to_uppercase(), name)).collect::<Vec<_>>()
    };
    CODES.iter().flat_map(of).collect()
});

/// The name a code stands for, where the code says to whom the product is sold.
pub(super) fn written_out(text: &str) -> Option<&'static str> {
    WRITTEN_OUT.get(&text.trim().to_uppercase()).copied()
}

/// Name as sold, and its string ids and GUIDs. `M365_F1_GOV` is F3: the id kept its old name.
#[rustfmt::skip]
const CODES: &[(&str, &[&str])] = &[
    ("Enterprise Mobility + Security A3 for Faculty", &["EMS_EDU_FACULTY", "aedfac18-56b8-45e3-969b-53edb4ba4952"]),
    ("Enterprise Mobility + Security E5_USGOV_GCCHIGH", &["EMSPREMIUM_USGOV_GCCHIGH", "a461b89c-10e3-471c-82b8-aae4d820fccb"]),
    ("Enterprise Mobility + Security G3 GCC", &["EMS_GOV", "c793db86-5237-494e-9b11-dcd4877c2c8c"]),
    ("Enterprise Mobility + Security G5 GCC", &["EMSPREMIUM_GOV", "8a180c2b-f4cf-4d44-897c-3d32acc4a60b"]),
    ("Exchange Online (Plan 1) for GCC", &["EXCHANGESTANDARD_GOV", "f37d5ebf-4bf1-4aa2-8fa3-50c51059e983"]),
    ("Exchange Online (Plan 1) for Students", &["EXCHANGESTANDARD_STUDENT", "ad2fe44a-915d-4e2b-ade1-6766d50a9d9c"]),
    ("Exchange Online (Plan 2) for Faculty", &["EXCHANGEENTERPRISE_FACULTY", "0b7b15a8-7fd2-4964-bb96-5a566d4e3c15"]),
    ("Exchange Online (Plan 2) for GCC", &["EXCHANGEENTERPRISE_GOV", "7be8dc28-4da4-4e6d-b9b9-c60f2806df8a"]),
    ("Microsoft 365 A3 for Faculty", &["M365EDU_A3_FACULTY", "4b590615-0888-425a-a965-b3bf7789848d"]),
    ("Microsoft 365 A3 for Students", &["M365EDU_A3_STUDENT", "7cfd9a2b-e110-4c39-bf20-c6a3f36a3121"]),
    ("Microsoft 365 A5 for Students", &["M365EDU_A5_STUDENT", "46c119d4-0379-4a9d-85e4-97c66d3f909e"]),
    ("Microsoft 365 A5 for faculty", &["M365EDU_A5_FACULTY", "e97c048c-37a4-45fb-ab50-922fbf07a370"]),
    ("Microsoft 365 Business Basic EEA (no Teams)", &["Microsoft_365_Business_Basic_EEA_(no_Teams)", "b1f3042b-a390-4b56-ab61-b88e7e767a97"]),
    ("Microsoft 365 Business Basic (no Teams)", &["Microsoft_365_Business_Basic_(no Teams)", "21502a13-c8dc-4744-be9c-177fd9d2eafc"]),
    ("Microsoft 365 Business Premium Donation", &["Microsoft_365_Business_Premium_Donation_(Non_Profit_Pricing)", "24c35284-d768-4e53-84d9-b7ae73dddf69"]),
    ("Microsoft 365 Business Premium EEA (no Teams)", &["Office_365_w/o_Teams_Bundle_Business_Premium", "a3f586b6-8cce-4d9b-99d6-55238397f77a"]),
    ("Microsoft 365 Business Premium (no Teams)", &["Microsoft_365_ Business_ Premium_(no Teams)", "00e1ec7b-e4a3-40d1-9441-b69b597ab222"]),
    ("Microsoft 365 Business Standard EEA (no Teams)", &["Microsoft_365_Business_Standard_EEA_(no_Teams)", "ffa3a2a0-3820-462a-aa81-8a4d741f0cba", "Office_365_w/o_Teams_Bundle_Business_Standard", "c1f79c29-5d7a-4bec-a2c1-1a76774864c0"]),
    ("Microsoft 365 Business Standard (no Teams)", &["MICROSOFT_365_BUSINESS_STANDARD_NO_TEAMS", "5a1c7b8d-0739-4ca8-bf69-ec87e69133ac"]),
    ("Microsoft 365 E3 - Unattended License", &["SPE_E3_RPA1", "c2ac2ee4-9bb1-47e4-8541-d689c7e83371"]),
    ("Microsoft 365 E3 EEA (no Teams)", &["O365_w/o Teams Bundle_M3", "c2fe850d-fbbb-4858-b67d-bd0c6e746da3"]),
    ("Microsoft 365 E3 EEA (no Teams) - Unattended License", &["Microsoft_365_E3_EEA_(no_Teams)_Unattended_License", "a23dbafb-3396-48b3-ad9c-a304fe206043"]),
    ("Microsoft 365 E3 (no Teams)", &["Microsoft_365_E3_(no_Teams)", "dcf0408c-aaec-446c-afd4-43e3683943ea"]),
    ("Microsoft 365 E3_USGOV_GCCHIGH", &["SPE_E3_USGOV_GCCHIGH", "ca9d1dd9-dfe9-4fef-b97c-9bc1ea3c3658"]),
    ("Microsoft 365 E5 EEA (no Teams)", &["O365_w/o_Teams_Bundle_M5", "3271cf8e-2be5-4a09-a549-70fd05baaa17"]),
    ("Microsoft 365 E5 EEA (no Teams) without Audio Conferencing", &["Microsoft_365_E5_EEA_(no_Teams)_without_Audio_Conferencing", "90277bc7-a6fe-4181-99d8-712b08b8d32b"]),
    ("Microsoft 365 E5 (no Teams)", &["Microsoft_365_E5_(no_Teams)", "18a4bd3f-0b5b-4887-b04f-61dd0ee15f5e"]),
    ("Microsoft 365 E5 without Audio Conferencing", &["SPE_E5_NOPSTNCONF", "cd2925a3-5076-4233-8931-638a8c94f773"]),
    ("Microsoft 365 E5_USGOV_GCCHIGH", &["SPE_E5_USGOV_GCCHIGH", "4eb45c5b-0d19-4e33-b87c-adfc25268f20"]),
    ("Microsoft 365 F1 EEA (no Teams)", &["Microsoft_365_F1_EEA_(no_Teams)", "0666269f-b167-4c5b-a76f-fc574f2b1118"]),
    ("Microsoft 365 F3 EEA (no Teams)", &["Microsoft_365_F3_EEA_(no_Teams)", "f7ee79a7-7aec-4ca4-9fb9-34d6b930ad87"]),
    ("Microsoft 365 F3 GCC", &["M365_F1_GOV", "2a914830-d700-444a-b73c-e3f31980d833"]),
    ("Microsoft 365 G3 - Unattended License for GCC", &["M365_G3_RPA1_GOV", "5c739a73-651d-4c2c-8a4e-fe4ba12253b0"]),
    ("Microsoft 365 G3 GCC", &["M365_G3_GOV", "e823ca47-49c4-46b3-b38d-ca11d5abe3d2"]),
    ("Microsoft 365 GCC G5", &["M365_G5_GCC", "e2be619b-b125-455f-8660-fb503e431a5d"]),
    ("Microsoft Entra ID P1 for Faculty", &["AAD_PREMIUM_FACULTY", "30fc3c36-5a95-4956-ba57-c09c2a600bb9"]),
    ("Microsoft Entra ID P1_USGOV_GCCHIGH", &["AAD_PREMIUM_USGOV_GCCHIGH", "de597797-22fb-4d65-a9fe-b7dbe8893914"]),
    ("Microsoft Teams Rooms Basic without Audio Conferencing", &["Microsoft_Teams_Rooms_Basic_without_Audio_Conferencing", "50509a35-f0bd-4c5e-89ac-22f0e16a00f8"]),
    ("Microsoft Teams Rooms Pro without Audio Conferencing", &["Microsoft_Teams_Rooms_Pro_without_Audio_Conferencing", "21943e3a-2429-4f83-84c1-02735cd49e78"]),
    ("Microsoft Teams Rooms Standard without Audio Conferencing", &["MEETING_ROOM_NOAUDIOCONF", "61bec411-e46a-4dab-8f46-8b58ec845ffe"]),
    ("Office 365 A1 Plus for faculty", &["STANDARDWOFFPACK_IW_FACULTY", "78e66a63-337a-4a9a-8959-41c6654dfb56"]),
    ("Office 365 A1 Plus for students", &["STANDARDWOFFPACK_IW_STUDENT", "e82ae690-a2d5-4d76-8d30-7c6e01e6022e"]),
    ("Office 365 A1 for faculty", &["STANDARDWOFFPACK_FACULTY", "94763226-9b3c-4e75-a931-5c89701abe66"]),
    ("Office 365 A1 for students", &["STANDARDWOFFPACK_STUDENT", "314c4481-f395-4525-be8b-2ec4bb1e9d91"]),
    ("Office 365 A3 for faculty", &["ENTERPRISEPACKPLUS_FACULTY", "e578b273-6db4-4691-bba0-8d691f4da603"]),
    ("Office 365 A3 for students", &["ENTERPRISEPACKPLUS_STUDENT", "98b6e773-24d4-4c0d-a968-6e787a1f8204"]),
    ("Office 365 A5 for faculty", &["ENTERPRISEPREMIUM_FACULTY", "a4585165-0533-458a-97e3-c400570268c4"]),
    ("Office 365 A5 for students", &["ENTERPRISEPREMIUM_STUDENT", "ee656612-49fa-43e5-b67e-cb1fdf7699df"]),
    ("Office 365 E1 EEA (no Teams)", &["Office_365_w/o_Teams_Bundle_E1", "b57282e3-65bd-4252-9502-c0eae1e5ab7f"]),
    ("Office 365 E1 (no Teams)", &["Office_365_E1_(no_Teams)", "f8ced641-8e17-4dc5-b014-f5a2d53f6ac8"]),
    ("Office 365 E1_USGOV_GCCHIGH", &["STANDARDPACK_USGOV_GCCHIGH", "f698ca06-024f-4562-b029-9cb1f1e02646"]),
    ("Office 365 E3 EEA (no Teams)", &["O365_w/o_Teams_Bundle_E3", "d711d25a-a21c-492f-bd19-aae1e8ebaf30"]),
    ("Office 365 E3 (no Teams)", &["Office_365_E3_(no_Teams)", "46c3a859-c90d-40b3-9551-6178a48d5c18"]),
    ("Office 365 E3_USGOV_GCCHIGH", &["ENTERPRISEPACK_USGOV_GCCHIGH", "aea38a85-9bd5-4981-aa00-616b411205bf"]),
    ("Office 365 E5 EEA (no Teams)", &["Office_365_w/o_Teams_Bundle_E5", "cf50bae9-29e8-4775-b07c-56ee10e3776d"]),
    ("Office 365 E5 EEA (no Teams) without Audio Conferencing", &["Office_365_E5_EEA_(no_Teams)_without_Audio_Conferencing", "71772aeb-4bb8-4f74-9dd4-36c7a9b5ca74"]),
    ("Office 365 E5 Without Audio Conferencing", &["ENTERPRISEPREMIUM_NOPSTNCONF", "26d45bd9-adf1-46cd-a9e1-51e9a5524128"]),
    ("Office 365 F3 EEA (no Teams)", &["Office_365_F3_EEA_(no_Teams)", "d1f0495b-cb7b-4e11-8b85-daee7e7e5664"]),
    ("Office 365 F3_USGOV_GCCHIGH", &["DESKLESSPACK_USGOV_GCCHIGH", "74039b88-bd62-4b5c-9d9c-7a92bbc0bfdf"]),
    ("Office 365 G1 GCC", &["STANDARDPACK_GOV", "3f4babde-90ec-47c6-995d-d223749065d1"]),
    ("Office 365 G3 GCC", &["ENTERPRISEPACK_GOV", "535a3a29-c5f0-42fe-8215-d3b9e1f38c4a"]),
    ("Office 365 G3 without Microsoft 365 Apps GCC", &["ENTERPRISEPACKWITHOUTPROPLUS_GOV", "24aebea8-7fac-48d0-8750-de4ee1fde205"]),
    ("Office 365 G5 GCC", &["ENTERPRISEPREMIUM_GOV", "8900a2c0-edba-4079-bdf3-b276e293b6a8"]),
    ("Office 365 GCC G5 without Audio Conferencing", &["ENTERPRISEPREMIUM_NOPSTNCONF_NOPBI_GOV", "1341559b-49df-443c-8e79-fa604fed2d82"]),
    ("Power Automate unattended RPA add-on", &["POWERAUTOMATE_UNATTENDED_RPA", "3539d28c-6e35-4a30-b3a9-cd43d5d3e0e2"]),
    ("Power Automate unattended RPA add-on for Government", &["POWERAUTOMATE_UNATTENDED_RPA_GCC", "086e9b70-4720-4442-ab6d-3ef32bfb4721"]),
    ("Power BI Premium P1 GCC", &["PBI_PREMIUM_P1_ADDON_GCC", "f59b22a0-9819-48bf-b01d-715ef2b31027"]),
    ("Power BI Pro for Faculty", &["POWER_BI_PRO_FACULTY", "de5f128b-46d7-4cfc-b915-a89ba060ea56"]),
    ("Power BI Pro for GCC", &["POWERBI_PRO_GOV", "f0612879-44ea-47fb-baf0-3d76d9235576"]),
    ("Windows 10/11 Enterprise E3 VDA", &["E3_VDA_only", "d13ef257-988a-46f3-8fce-f47484dd4550"]),
];
