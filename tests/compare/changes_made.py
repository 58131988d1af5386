"""A network and a path in which everything stands that can change, and the changes: an old text, and the new one in its place."""

from __future__ import annotations

PATH = """\
network Town
    organiser County
    contact The county's desk
    professions nurse, doctor, specialist, helper, clerk
    calendar Office
        time zone Europe/Helsinki
        holidays of Finland
        closed 2026-07-01 to 2026-07-31
    provider Health Centre
        sector public
        legal form county's own
        professions nurse, doctor, clerk
        offers ECG
        channels on site, remote
        register patients
        meets registration
    provider Hospital
        sector public
        professions specialist, nurse
        register patients
    provider Association
        sector third
        professions helper
        register members
    agreement Help
        with Association
        mode grant
        covers peer support
        valid from 2026-01-01 to 2027-12-31
        accepted within 5 days
        feedback within 9 days
        carries letter
        price 20 € per visit
        payer County
        part of Together
    item letter: document
        checked at every handoff
    item summary: document
    item weight: number of kg from 1 to 300, valid 30 days
    item class: one of I, II, III
    item alone: yes or no
    item carer consent: yes or no
    service ECG
        window 6 months, unless worse or new symptom
        makes summary
        requires registration
        officials only
        takes 20 minutes
        price 30 €
        payer client fee
        code LOINC 1
    service peer support
    site House
        hosts Health Centre, Hospital
        address Street 1
    site Bus
        hosts Health Centre
        timetable Tuesdays
    alliance Together
        partner Health Centre
            gain 60 %
            pain 60 %
        partner Association
            gain 40 %
            pain 40 %
            leads peer support
        target cost 1000 €
        target Home longer
            measured by share at home
        valid from 2026-01-01
    package Basics
        enter when alone
        must have ECG
        may have peer support

path Example
    version 1
    valid from 2026-01-01
    uses Town
    responsible Hospital
    accountable Health Centre
    needs letter
    makes summary
    silence at most 6 months
    contact The desk
    in Finnish Esimerkki
    source "A source"

clients Adults
    item mood: one of low, high
    event Fall
    event Call
    linked carer
        shares letter
        legal basis carer consent
    enter when alone is known

plan Plan
    owner doctor at Health Centre
    review every 6 months, after Visit
    team doctor, nurse
    team when needed helper
    contains goals
    if another path joins, the owner stays

load A year
    arrivals 40 per month
    capacity 20 hours per week of doctor at Health Centre

steps
    step Visit
        by doctor at Health Centre, remote
        within 14 days of enrolment, at most 3 months, when alone, source "The law"
        within 21 days of enrolment
        needs letter
        does ECG because worse
        makes weight, class
        place House
        takes 30 minutes
        price 50 €
        payer County
        code A1
        source "Another source"
        note A note
    step Talk
        by nurse at Health Centre
        same visit as Visit
        within 3 days
        starts Other
    consultation Advice
        from doctor at Health Centre to specialist at Hospital
        carries letter
        answered within 3 days
        makes mood
    decide Which way?
        if weight > 80 kg
            chance 30 %
            step Heavy
                by nurse at Health Centre
                within 3 days
        otherwise
            continue
    handoff Referral
        from doctor at Health Centre to specialist at Hospital
        within 3 days
        carries letter, weight
        accepted within 5 days
        if not accepted, Health Centre keeps the client
        moves the plan to specialist at Hospital
        legal basis "The act"
    wait 2 weeks
    include Other
        version 1
    together until any is done
        branch Body
            repeat every 2 weeks, at most 6 times
                step Training
                    by specialist at Hospital
                    within 3 days
                    makes class
            until class is I
        branch Mind
            client chooses place of training
                option Hospital
                    chance 50 %
                option Health Centre
                guided by nurse at Hospital
                within 2 weeks
                if no choice, Hospital
            step Course
                by nurse at place of training
                ordered by specialist at Hospital
                carries letter
                accepted within 4 days
                if not accepted, Hospital takes over
                feedback within 6 days
                within 8 weeks
                does peer support
    end Better
        keeps the plan with specialist at Hospital
        no Fall within 28 days

whenever Fall happens
    arrivals 2 per year
    step Help
        by nurse at Hospital
        ordered by whoever is accountable
        accepted within 1 hour
        if not accepted, Hospital takes over
        within 4 hours
    resume

test Nothing
    given alone is yes
    never Talk

log Source
    client in case
    shows completed
"""

EVENT = """\
whenever Fall happens
    arrivals 2 per year
    step Help
        by nurse at Hospital
        ordered by whoever is accountable
        accepted within 1 hour
        if not accepted, Hospital takes over
        within 4 hours
    resume
"""

REPEAT = """\
            repeat every 2 weeks, at most 6 times
                step Training
                    by specialist at Hospital
                    within 3 days
                    makes class
            until class is I
"""

OTHER = """\
network Little town
    organiser County
    provider Health Centre
        sector public
    professions nurse
    item letter: document

path Other
    version 1
    uses Little town
    responsible Health Centre
    accountable Health Centre

clients Adults
    item size: number of m

plan Plan
    owner nurse at Health Centre
    review every 6 months
    if another path joins, the owner stays

steps
    step Little thing
        by nurse at Health Centre
        within 3 days
    end Little end
        closes the plan
"""

STEP = """\
    step {name}
        by nurse at Health Centre
        within 3 days
        needs {item}
    decide {decision}
        if {condition}
            end Sooner
                closes the plan
        otherwise
            continue
    step Talk
"""

EDITS: list[tuple[str, str]] = [
    ("path Example", "path Sample"),
    ("    version 1\n    valid", "    version 2\n    valid"),
    ("responsible Hospital", "responsible Health Centre"),
    ("accountable Health Centre", "accountable Hospital"),
    ("    valid from 2026-01-01\n    uses", "    valid from 2027-01-01\n    uses"),
    ("silence at most 6 months", "silence at most 3 months"),
    ("silence at most 6 months\n", "\n"),
    ("clients Adults", "clients Grown-ups"),
    ("    enter when alone is known\n", ""),
    ("    enter when alone is known\n", "    enter when class is known\n"),
    ("    item mood: one of low, high\n", "    item mood: one of low, high\n    item age: number of years\n"),
    ("        checked at every handoff\n", ""),
    ("mood: one of low, high", "mood: text"),
    ("mood: one of low, high", "mood: one of low, middle, high"),
    ("kg from 1 to 300, valid 30 days", "kg from 1 to 300, valid 60 days"),
    ("number of kg from 1 to 300", "number of kg from 1 to 250"),
    ("number of kg from 1 to 300", "number of kg"),
    ("    event Call\n", ""),
    (
        "plan Plan\n    owner doctor at Health Centre\n    review every 6 months, after Visit\n    team doctor, nurse\n    team when needed helper\n    contains goals\n    if another path joins, the owner stays\n",
        "",
    ),
    ("plan Plan", "plan Care"),
    ("owner doctor at Health Centre", "owner nurse at Health Centre"),
    ("review every 6 months, after Visit", "review every 3 months"),
    ("    review every 6 months, after Visit\n", ""),
    ("team doctor, nurse", "team doctor"),
    ("team when needed helper", "team when needed helper, clerk"),
    ("contains goals", "contains goals, wishes"),
    ("another path joins, the owner stays", "another path joins, nurse at Hospital owns the plan"),
    ("    step Talk\n", STEP.format(name="New", item="letter", decision="Soon?", condition="weight > 90 kg")),
    ("    step Talk\n", STEP.format(name="New", item="mood", decision="Soon?", condition="mood is low")),
    (
        '    handoff Referral\n        from doctor at Health Centre to specialist at Hospital\n        within 3 days\n        carries letter, weight\n        accepted within 5 days\n        if not accepted, Health Centre keeps the client\n        moves the plan to specialist at Hospital\n        legal basis "The act"\n',
        "",
    ),
    (
        "    consultation Advice\n        from doctor at Health Centre to specialist at Hospital\n        carries letter\n        answered within 3 days\n        makes mood\n",
        "",
    ),
    (
        "            client chooses place of training\n                option Hospital\n                    chance 50 %\n                option Health Centre\n                guided by nurse at Hospital\n                within 2 weeks\n                if no choice, Hospital\n            step Course\n                by nurse at place of training\n",
        "            step Course\n                by nurse at Hospital\n",
    ),
    ("    decide Which way?", "    decide Where to?"),
    ("        if weight > 80 kg\n", "        if weight > 70 kg\n"),
    (
        "        otherwise\n            continue\n    handoff",
        "        if weight < 40 kg\n            end Light\n                closes the plan\n        otherwise\n            continue\n    handoff",
    ),
    (
        "        otherwise\n            continue\n    handoff",
        "        if carer consent\n            end Low\n                closes the plan\n        otherwise\n            continue\n    handoff",
    ),
    (
        "    together until any is done\n        branch Body\n            repeat every 2 weeks, at most 6 times\n                step Training\n                    by specialist at Hospital\n                    within 3 days\n                    makes class\n            until class is I\n        branch Mind\n            client chooses place of training\n                option Hospital\n                    chance 50 %\n                option Health Centre\n                guided by nurse at Hospital\n                within 2 weeks\n                if no choice, Hospital\n            step Course\n                by nurse at place of training\n                ordered by specialist at Hospital\n                carries letter\n                accepted within 4 days\n                if not accepted, Hospital takes over\n                feedback within 6 days\n                within 8 weeks\n                does peer support\n",
        "",
    ),
    (
        "        branch Body\n            repeat every 2 weeks, at most 6 times\n                step Training\n                    by specialist at Hospital\n                    within 3 days\n                    makes class\n            until class is I\n",
        "        branch Limbs\n            repeat every 2 weeks, at most 6 times\n                step Training\n                    by specialist at Hospital\n                    within 3 days\n                    makes class\n            until class is I\n        branch Soul\n            step Song\n                by nurse at Hospital\n                within 3 days\n",
    ),
    ("repeat every 2 weeks, at most 6 times", "repeat every 3 weeks, at most 4 times"),
    ("            until class is I\n", "            until class is II\n"),
    ("    wait 2 weeks\n", ""),
    ("    wait 2 weeks\n", "    wait 3 weeks\n"),
    ("    wait 2 weeks\n", "    wait until 2 weeks after enrolment\n"),
    ("    include Other\n        version 1\n", ""),
    ("    include Other\n        version 1\n", "    include Other\n"),
    (
        "whenever Fall happens\n    arrivals 2 per year\n    step Help\n        by nurse at Hospital\n        ordered by whoever is accountable\n        accepted within 1 hour\n        if not accepted, Hospital takes over\n        within 4 hours\n    resume\n",
        "",
    ),
    ("whenever Fall happens\n", "whenever Call happens\n"),
    ("whenever Fall happens\n", "whenever Call happens or Fall happens\n"),
    (EVENT, EVENT.replace("happens\n", "happens, beside the main way\n").replace("    resume\n", "")),
    ("    arrivals 2 per year\n", "    arrivals 3 per year\n"),
    ("    resume\n", "    stop\n"),
    ("    resume\n", ""),
    (
        "    step Talk\n        by nurse at Health Centre\n        same visit as Visit\n        within 3 days\n        starts Other\n    consultation Advice\n        from doctor at Health Centre to specialist at Hospital\n        carries letter\n        answered within 3 days\n        makes mood\n",
        "    consultation Advice\n        from doctor at Health Centre to specialist at Hospital\n        carries letter\n        answered within 3 days\n        makes mood\n    step Talk\n        by nurse at Health Centre\n        same visit as Visit\n        within 3 days\n        starts Other\n",
    ),
    (
        "            step Heavy\n                by nurse at Health Centre\n                within 3 days\n        otherwise\n            continue\n",
        "            continue\n        otherwise\n            step Heavy\n                by nurse at Health Centre\n                within 3 days\n",
    ),
    ("                step Training\n", "                step Gym\n                    known as Training\n"),
    ("                step Training\n", "                step Gym\n"),
    (REPEAT, REPEAT.split("\n", 1)[1].replace("    " * 4, "    " * 3).rpartition("            until")[0]),
    ("by doctor at Health Centre, remote", "by doctor at Hospital, remote"),
    ("by doctor at Health Centre, remote", "by nurse at Health Centre, remote"),
    ("by doctor at Health Centre, remote", "by doctor at Health Centre, on site"),
    ("                ordered by specialist at Hospital\n", "                ordered by nurse at Hospital\n"),
    (
        "                ordered by specialist at Hospital\n                carries letter\n                accepted within 4 days\n                if not accepted, Hospital takes over\n                feedback within 6 days\n",
        "",
    ),
    (
        "        from doctor at Health Centre to specialist at Hospital\n        within",
        "        from nurse at Health Centre to nurse at Hospital\n        within",
    ),
    ("guided by nurse at Hospital", "guided by specialist at Hospital"),
    ("        accepted within 5 days\n        if", "        accepted within 3 days\n        if"),
    ("        accepted within 5 days\n        if", "        accepted within 120 hours\n        if"),
    (", at most 3 months, when alone", ", when alone"),
    ("at most 3 months, when alone", "at most 3 months of Fall, when alone"),
    ("within 14 days of enrolment, at", "within 14 days, at"),
    ("when alone, source", "when not alone, source"),
    (
        '        within 14 days of enrolment, at most 3 months, when alone, source "The law"\n        within 21 days of enrolment\n',
        '        within 21 days of enrolment\n        within 14 days of enrolment, at most 3 months, when alone, source "The law"\n',
    ),
    ('source "The law"', 'source "Another law"'),
    ("        needs letter\n        does", "        needs letter, mood\n        does"),
    ("        starts Other\n", "        starts Other\n        needs weight\n"),
    ("        starts Other\n", ""),
    ("        same visit as Visit\n", ""),
    ("                does peer support\n", "                does peer support, ECG\n"),
    ("does ECG because worse", "does ECG because new symptom"),
    ("        makes weight, class\n", "        makes weight\n"),
    ("        carries letter, weight\n", "        carries letter, mood, class\n"),
    ("        carries letter, weight\n", "        carries letter, weight, carer consent\n"),
    ("        if not accepted, Health Centre keeps the client\n", "        if not accepted, Hospital takes over\n"),
    ("                if not accepted, Hospital takes over\n", ""),
    ("        moves the plan to specialist at Hospital\n", "        keeps the plan with its owner\n"),
    ("                option Health Centre\n", "                option Association\n"),
    ("                if no choice, Hospital\n", "                if no choice, Health Centre\n"),
    ("                    chance 50 %\n", ""),
    ("            chance 30 %\n", ""),
    ("        no Fall within 28 days\n", "        no Fall within 14 days\n"),
    ("        no Fall within 28 days\n", ""),
    ('        source "Another source"\n        note A note\n', ""),
    ("test Nothing", "test Something"),
    ("    given alone is yes\n", "    given alone is no\n"),
    ("log Source", "log Table"),
    ("    shows completed\n", "    shows completed, accepted\n"),
    ("    organiser County\n", "    organiser Town council\n"),
    ("helper, clerk\n", "helper, clerk, porter\n"),
    ("    provider Association\n", "    provider Bank\n        sector private\n    provider Association\n"),
    ("sector third", "sector private"),
    ("legal form county's own", "legal form company"),
    ("professions nurse, doctor, clerk", "professions nurse, doctor"),
    ("        offers ECG\n", ""),
    ("channels on site, remote", "channels remote"),
    ("register members", "register patients"),
    ("meets registration", "meets registration, insurance"),
    (
        "    agreement Help\n",
        "    agreement Care\n        with Hospital\n        mode own\n        covers everything\n        valid from 2026-01-01\n    agreement Help\n",
    ),
    ("with Association", "with Hospital"),
    ("mode grant", "mode purchase"),
    ("covers peer support", "covers peer support, ECG"),
    ("        feedback within 9 days\n", "        feedback within 8 days\n"),
    ("        part of Together\n", ""),
    ("    organiser County\n", "    organiser County, City\n"),
    ("every 2 weeks, at most 6 times", "every 2 weeks from start to start, at most 6 times"),
    ("        payer County\n", "        payer County 60 %, client fee 40 %\n"),
    ("        price 20 € per visit\n        payer County\n", "        price 25 € per visit\n        payer client fee\n"),
    ("    service peer support\n", "    service peer support\n    service laboratory\n"),
    ("window 6 months, unless", "window 12 months, unless"),
    ("        window 6 months, unless worse or new symptom\n", ""),
    ("unless worse or new symptom", "unless worse"),
    ("requires registration", "requires registration, insurance"),
    ("        officials only\n", ""),
    ("code LOINC 1", "code LOINC 2"),
    (
        "    calendar Office\n        time zone Europe/Helsinki\n        holidays of Finland\n        closed 2026-07-01 to 2026-07-31\n",
        "",
    ),
    ("holidays of Finland", "holidays of Sweden"),
    ("        closed 2026-07-01 to 2026-07-31\n", ""),
    ("in Finnish Esimerkki", "in Finnish Malli"),
    ("contact The desk", "contact The other desk"),
    ("        place House\n", ""),
    ('        legal basis "The act"\n', ""),
    ('        legal basis "The act"\n', '        legal basis "Another act"\n'),
    ("together until any is done", "together"),
    ("    linked carer\n        shares letter\n        legal basis carer consent\n", ""),
    ("        shares letter\n", "        shares letter, summary\n"),
    ("    site Bus\n        hosts Health Centre\n        timetable Tuesdays\n", ""),
    ("hosts Health Centre, Hospital", "hosts Health Centre"),
    ("        part of Together\n", ""),
    (
        "        partner Association\n            gain 40 %\n            pain 40 %\n            leads peer support\n        target cost 1000 €\n        target Home longer\n            measured by share at home\n",
        "        partner Hospital\n            gain 40 %\n            pain 40 %\n            leads peer support\n        target cost 2000 €\n        target Home for ever\n            measured by share at home\n",
    ),
    ("    package Basics\n        enter when alone\n        must have ECG\n        may have peer support\n", ""),
    ("        must have ECG\n        may have peer support\n", "        must have ECG, peer support\n"),
    ("        enter when alone\n", "        enter when class is I\n"),
    ("arrivals 40 per month", "arrivals 50 per month"),
    (
        "    alliance Together\n",
        "    alliance Big\n        partner Hospital\n            gain 100 %\n            pain 100 %\n        target cost 1 €\n    alliance Together\n",
    ),
]
