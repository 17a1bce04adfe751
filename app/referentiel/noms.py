"""Words of the demonstration: names of nobody, names of services, invented places."""

from __future__ import annotations

from typing import Final

_PRENOMS: Final = (
    "Adèle Adrien Agathe Alix Amandine Antoine Armelle Arnaud Astrid Aurore Bastien Béatrice Benoît Bérénice "
    "Camille Cécile Cédric Céline Clément Clotilde Colin Constance Cyril Damien Delphine Didier Edwige Éléonore "
    "Emmanuel Estelle Étienne Fabien Fanny Fatima Florian France Gaëlle Gaspard Geneviève Gilles Grégoire "
    "Gwenaëlle Hadrien Héloïse Hervé Isaline Ismaël Joachim Joséphine Judith Karine Laetitia Laure Léopold Lilian "
    "Ludivine Maëlle Mathilde Maxence Mehdi Mireille Nathan Noémie Octave Odilon Ophélie Pascaline Perrine "
    "Quentin Rachid Raphaëlle Rémi Romane Samira Sébastien Sidonie Solène Stanislas Sylvain Tanguy Théodora "
    "Tiphaine Ulysse Valérie Victoire Vincent Viviane Yannick Zélie"
)
_NOMS: Final = (
    "Ackermatt Altenrain Ammelbach Andlauwer Aschbrunn Auwald Baldenheimer Barrenbach Beblenthal Bergholtz "
    "Birkenwald Blienschwald Bollenweg Bronnthal Brumathois Burgheimer Dambach-Ehl Dieffenstein Dorlisheimer "
    "Ebersmatt Eckwersheim Eichhofen Elsenbrunn Engwiller Epfigue Erlenbach Eschbourg Fegersthal Felsenmatt "
    "Fischbronn Flexbourg Fortschwihr Frankental Friesenthal Furdenbach Gerstmatt Gimbrettois Goldbachois "
    "Gresswald Grubenthal Gundolsbach Haegenbuch Hattmatt Heiligenrain Hengwiller Herrlisthal Hirtzbronn "
    "Hohenwald Holtzmatt Hundsbronn Ingenbach Issenhart Jebsthal Kaltenbrunn Katzenthaler Kesselmatt Kientzberg "
    "Kirrwald Klingenrain Koenigsmatt Kogenthal Krautwill Lampertsbach Landserthal Lautenmatt Leimbronn "
    "Lichtenrain Linthal Lobsannois Logelbach Lutterbronn Mackenthal Marlenbach Meistratz Mietesbronn Mittelwihr "
    "Mollkirch Mommenthal Morschwald Mothernois Munchberg Muttersthal Natzwald Neugartheim Niedermatt Nordhausen "
    "Oberbronn Odratz Orschwald Osthouse-Weil Pfaffenbronn Pfettisrain Ranrupt Reichsfeld Riedmatt Rimbachois "
    "Rodernthal Rosenwihr Rottelsbronn Sandmatt Scharrachberg Scherwill Schillersbach Schirrhoff Schnersthal "
    "Schoenbourg Seltzerois Siegolsbach Sondernach Steinbrunn Stotzmatt Struthof-Weil Surbourgeois Tannenrain "
    "Thalbronn Traenwald Trimbachois Uhlwiller Urbeis-Haut Uttenmatt Vendenrain Wackenbach Waldersthal Walfmatt "
    "Wasselbronn Weinbourg Weitbruch Westhalten Wickermatt Wildersbach Wingersthal Wintzenrain Wolxbronn "
    "Zellwiller Zimmerthal Zinsmatt Zittersbach"
)
PRENOMS: Final = tuple(_PRENOMS.split())
NOMS: Final = tuple(_NOMS.split())
RUES: Final = (
    "rue des Tanneurs", "rue du Vignoble", "rue des Cigognes", "grand-rue", "rue de la Fontaine", "place du Marché",
    "rue du Moulin", "route des Vosges", "rue des Tilleuls", "quai de l'Ill", "rue de la Forêt", "rue du Houblon",
    "avenue de la Gare", "rue des Remparts", "rue du Canal",
)  # fmt: skip

# What a service is called, by formation.
SERVICES: Final[dict[str, tuple[str, ...]]] = {
    "ACP": ("Service d'anatomie et cytologie pathologiques", "Plateau d'anatomopathologie"),
    "ALLERGO": ("Unité d'allergologie", "Hôpital de jour d'allergologie"),
    "AR": ("Service d'anesthésie-réanimation chirurgicale", "Bloc opératoire central", "Anesthésie obstétricale"),
    "BIOMED": ("Laboratoire de biochimie", "Laboratoire de bactériologie", "Laboratoire d'hématologie"),
    "CARDIO": ("Service de cardiologie", "Soins intensifs de cardiologie", "Consultations de cardiologie"),
    "CHIR_ORALE": ("Service de chirurgie orale",),
    "CHIR_PED": ("Service de chirurgie pédiatrique",),
    "CHIR_VASC": ("Service de chirurgie vasculaire",),
    "CMF": ("Service de chirurgie maxillo-faciale",),
    "COT": ("Service de chirurgie orthopédique", "Traumatologie du membre supérieur", "Chirurgie du rachis"),
    "CPRE": ("Service de chirurgie plastique et reconstructrice",),
    "CTCV": ("Service de chirurgie cardiaque", "Service de chirurgie thoracique"),
    "CVD": ("Service de chirurgie viscérale et digestive", "Chirurgie digestive ambulatoire"),
    "DERMATO": ("Service de dermatologie", "Consultations de dermatologie"),
    "EDN": ("Service d'endocrinologie et diabétologie", "Unité de nutrition"),
    "GENETIQUE": ("Service de génétique médicale",),
    "GERIATRIE": ("Court séjour gériatrique", "Service de gériatrie aiguë", "Soins de suite gériatriques"),
    "GYN_MED": ("Consultations de gynécologie médicale", "Centre de santé sexuelle"),
    "GYN_OBS": ("Service de gynécologie obstétrique", "Maternité"),
    "HEMATO": ("Service d'hématologie",),
    "HGE": ("Service d'hépato-gastro-entérologie", "Unité d'endoscopie digestive"),
    "MED_LEGALE": ("Institut médico-légal", "Unité médico-judiciaire"),
    "MED_NUC": ("Service de médecine nucléaire",),
    "MED_VASC": ("Service de médecine vasculaire", "Explorations vasculaires"),
    "MG": ("Médecine polyvalente", "Consultations de médecine générale", "Court séjour de médecine"),
    "MIIC": ("Service de médecine interne", "Médecine interne et immunologie clinique"),
    "MIR": ("Réanimation médicale", "Médecine intensive et soins continus"),
    "MIT": ("Service des maladies infectieuses et tropicales",),
    "MPR": ("Service de médecine physique et de réadaptation", "Rééducation neurologique", "Rééducation locomotrice"),
    "MST": ("Centre de santé au travail", "Antenne de santé au travail"),
    "NEPHRO": ("Service de néphrologie", "Unité d'hémodialyse"),
    "NEURO": ("Service de neurologie", "Unité neurovasculaire"),
    "NEUROCHIR": ("Service de neurochirurgie",),
    "ONCO": ("Service d'oncologie médicale", "Hôpital de jour d'oncologie", "Service de radiothérapie"),
    "OPHTALMO": ("Service d'ophtalmologie", "Centre d'ophtalmologie"),
    "ORL": ("Service d'ORL et chirurgie cervico-faciale",),
    "PEDIATRIE": ("Service de pédiatrie générale", "Urgences pédiatriques", "Néonatologie"),
    "PNEUMO": ("Service de pneumologie", "Explorations fonctionnelles respiratoires"),
    "PSYCHIATRIE": ("Secteur de psychiatrie adulte", "Centre médico-psychologique", "Psychiatrie de liaison"),
    "RADIO": ("Service de radiologie", "Imagerie interventionnelle", "Imagerie de la femme"),
    "RHUMATO": ("Service de rhumatologie", "Hôpital de jour de rhumatologie"),
    "SANTE_PUB": ("Département d'information médicale", "Pôle de santé publique", "Veille sanitaire"),
    "URGENCE": ("Service d'accueil des urgences", "SAMU - SMUR", "Unité d'hospitalisation de courte durée"),
    "URO": ("Service d'urologie",),
    "OPT_DSM79": ("Cardiologie interventionnelle",),
    "OPT_DSM89": ("Réanimation néonatale",),
    "OPT_DSM93": ("Soins intensifs respiratoires",),
    "OPT_DSM94": ("Psychiatrie de l'enfant et de l'adolescent", "Hôpital de jour pédopsychiatrique"),
    "FST01": ("Unité d'addictologie", "Équipe de liaison en addictologie"),
    "FST09": ("Centre d'évaluation de la douleur",),
    "FST16": ("Médecine hospitalière polyvalente",),
    "FST17": ("Unité de soins palliatifs", "Équipe mobile de soins palliatifs"),
    "FST21": ("Centre de médecine du sport",),
    "FST24": ("Centre du sommeil",),
}

# Places that FINESS does not list, by formation: type, name.
HORS_FINESS: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "MST": (
        ("SPST", "Santé au travail de la Plaine"), ("SPST", "Prévention Rhin et Vosges"),
        ("SPST", "Santé au travail des Deux Rives"), ("ENTREPRISE", "Filatures de la Doller"),
        ("ENTREPRISE", "Manufacture du Ried"),
    ),
    "SANTE_PUB": (
        ("ADMIN", "Observatoire des santés du Rhin"), ("ASSO", "Dépistage Plaine et Vallées"),
        ("RECHERCHE", "Institut d'épidémiologie du Florival"),
    ),
    "BIOMED": (("LABO", "Laboratoires Bio-Vogesia"), ("LABO", "Biologie des Trois Châteaux")),
    "MG": (
        ("MSP", "Maison de santé du Kochersberg"), ("MSP", "Maison de santé de la Hardt"),
        ("MSP", "Maison de santé du Sundgau"), ("CENTRE_SANTE", "Centre de santé des Faubourgs"),
    ),
    "RADIO": (("IMAGERIE", "Imagerie du Bruch"), ("IMAGERIE", "Imagerie des Tanneurs")),
    "FST21": (("CENTRE_SANTE", "Centre du sport de la Robertsau"), ("ASSO", "Sport et santé en Hardt")),
    "": (("ASSO", "Association Soins et Liens"), ("ALTERNATIVE", "Centre Passerelle")),
}  # fmt: skip

PROJETS: Final = (
    "L'interne prend en charge six à huit patients sous la responsabilité d'un senior, avec deux visites par semaine.",
    "Accueil en binôme pendant deux semaines, puis autonomie supervisée ; staff quotidien et bibliographie mensuelle.",
    "Deux demi-journées de formation par semaine, gardes affichées un mois à l'avance, repos de sécurité garanti.",
    "Objectifs fixés à l'arrivée, entretien à mi-stage, évaluation finale partagée avec l'interne.",
)
COMMENTAIRES: Final = (
    "Encadrement solide, équipe stable.",
    "Activité en hausse depuis l'ouverture de l'hôpital de jour.",
    "Bonnes évaluations des internes depuis deux ans.",
    "À revoir dans un an : un poste de senior est vacant.",
    "Le projet pédagogique distingue bien les phases.",
    "Vigilance sur le repos de sécurité.",
)
