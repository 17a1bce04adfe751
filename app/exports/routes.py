"""What the feature answers to."""

from app.exports.controllers import export_csv, export_xlsx, impression

routes_exports = [export_csv, export_xlsx, impression]
