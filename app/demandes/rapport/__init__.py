"""*Rapport de visite*: deposited by the scolarité, read by whoever judges (arrêté du 12 avril 2017, art. 35 VIII)."""
