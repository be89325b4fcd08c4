"""Forms look the same everywhere: Django renders them with the portal's own components."""

from django.forms.renderers import TemplatesSetting


class ComponentRenderer(TemplatesSetting):
    form_template_name = "components/form/form.html"
    field_template_name = "components/field/field.html"
