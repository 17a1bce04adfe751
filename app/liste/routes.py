"""What the feature answers to."""

from app.liste.accueil import PAGES
from app.liste.controllers import garder_colonnes, liste
from app.liste.direct import direct_demandes
from app.liste.presents import declarer

routes_liste = [*PAGES, liste, garder_colonnes, direct_demandes, declarer]
