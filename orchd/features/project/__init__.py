"""Projects: what people share. Who is in a project sees its rows, and changes them unless they are only a viewer.

Tables: `project`, `project_member`, `team`, `team_member`. Other features ask by `require_project` whether somebody may
put a row into a project, in the transaction that does so.
"""

from orchd.features.project.queries import require_project

__all__ = ["require_project"]
