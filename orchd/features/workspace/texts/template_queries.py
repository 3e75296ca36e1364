"""SQL of the table `template`."""

from orchd.storage import Statement, Steps


def count_use(template_id: int) -> Steps[None]:
    """Count that a template was used."""
    yield Statement("UPDATE template SET use_count = use_count + 1 WHERE id = ?", (template_id,))
