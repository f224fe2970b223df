"""PCL-5: twenty DSM-5 symptoms of post-traumatic stress over the past month."""

from models.instruments.definition import (
    All,
    Change,
    Criterion,
    CutPoint,
    Instrument,
    Loinc,
    Scale,
    Some,
    Total,
    each,
    ids,
    numbered,
)

WEATHERS = (
    "Weathers FW, Litz BT, Keane TM, Palmieri PA, Marx BP, Schnurr PP. The PTSD Checklist for "
    "DSM-5 (PCL-5). National Center for PTSD, 2013."
)
BOVIN = (
    "Bovin MJ, Marx BP, Weathers FW, et al. Psychometric properties of the PTSD Checklist for "
    "DSM-5 (PCL-5) in veterans. Psychol Assess 2016;28:1379-1391."
)
MURPHY = (
    "Murphy D, Ross J, Ashwick R, Armour C, Busuttil W. Exploring optimum cut-off scores to "
    "screen for probable PTSD within a sample of UK treatment-seeking veterans. "
    "Eur J Psychotraumatol 2017;8:1398001."
)
IBRAHIM = (
    "Ibrahim H, Ertl V, Catani C, Ismail AA, Neuner F. The validity of the PCL-5 as screening "
    "instrument with Kurdish and Arab displaced populations. BMC Psychiatry 2018;18:259."
)
MARX = (
    "Marx BP, Lee DJ, Norman SB, et al. Reliable and clinically significant change in the "
    "CAPS-5 and PCL-5 among male veterans. Psychol Assess 2022;34:197-203."
)

PCL_5 = Instrument(
    code="pcl-5",
    version="1",
    edition="2013, standard form (past month)",
    title="PTSD Checklist for DSM-5 (PCL-5)",
    recall="past month",
    items=numbered(20, (0, 1, 2, 3, 4)),
    total=Total(ids(1, 20)),
    scales=(
        Scale("B", ids(1, 5)),
        Scale("C", ids(6, 7)),
        Scale("D", ids(8, 14)),
        Scale("E", ids(15, 20)),
    ),
    criteria=(
        Criterion(
            "provisional_ptsd",
            All(
                (
                    Some(1, each(ids(1, 5), 2)),
                    Some(1, each(ids(6, 7), 2)),
                    Some(2, each(ids(8, 14), 2)),
                    Some(2, each(ids(15, 20), 2)),
                )
            ),
        ),
    ),
    # No severity bands are published, so there are none here.
    cut_points=(
        CutPoint(33, "US veterans, upper end of 31-33", BOVIN, default=True),
        CutPoint(31, "US veterans, lower end of 31-33", BOVIN),
        CutPoint(34, "UK treatment-seeking veterans", MURPHY),
        CutPoint(23, "Kurdish and Arab displaced people, Iraq", IBRAHIM),
    ),
    changes=(
        Change(
            15,
            "reliable change (18 is also published); clinically significant: 28 or less",
            MARX,
        ),
        Change(10, "possible change", "National Center for PTSD, Using the PCL-5"),
        Change(5, "this or less is noise", "National Center for PTSD, Using the PCL-5"),
    ),
    loinc=Loinc(panel="101697-1", total="101698-9"),
    source="https://www.ptsd.va.gov/professional/assessment/adult-sr/ptsd-checklist.asp",
    citation=WEATHERS,
    licence="public domain (work of the United States Government)",
    licence_url="https://www.ptsd.va.gov/professional/assessment/adult-sr/ptsd-checklist.asp",
    attribution="National Center for PTSD, US Department of Veterans Affairs",
    prohibits_commercial=False,
    no_changes=False,
    wording_included=True,
)
