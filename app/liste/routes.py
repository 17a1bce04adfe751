"""What the feature answers to."""

from app.liste.accueil import PAGES
from app.liste.compteurs import totaux_filtres
from app.liste.controllers import garder_colonnes, liste
from app.liste.direct import direct_demandes
from app.liste.panneau import panneau
from app.liste.presents import declarer
from app.liste.vues_ecrans import routes_vues

routes_liste = [*PAGES, liste, totaux_filtres, garder_colonnes, direct_demandes, declarer, panneau, *routes_vues]
