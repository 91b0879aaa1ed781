"""A small world of subjects: domains, fields, subfields, topics and their words.

What lives here: the made-up tree of topics and the words that titles and abstracts are put
together from. Their numbers are above those of OpenAlex's own tree, so that they collide with
nothing. Sentences are built in ``text``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Final

from scholargraph.sample.numbering import BASE

# Below a topic stand its things, its methods and its measures.
_TREE: Final = """
domain|Earth and Life
 field|Coastal Science
  subfield|Shoreline Processes
   topic|Dune Erosion and Recovery
    foredune; sand fence; storm surge; beach profile; marram grass; overwash fan
    lidar survey; sediment trap; aerial photogrammetry; cross-shore model
    volume change; erosion rate; vegetation cover; wave exposure
   topic|Tidal Inlet Morphology
    tidal inlet; ebb delta; barrier island; channel bank; sand bypassing; spring tide
    depth sounding; current profiler; morphodynamic model; satellite altimetry
    channel migration; sediment flux; tidal prism; flow velocity
   topic|Salt Marsh Ecology
    salt marsh; cordgrass; tidal creek; mussel bed; peat layer; crab burrow
    quadrat census; carbon dating; drone mapping; exclusion cage
    accretion rate; root biomass; species richness; carbon stock
  subfield|Estuary Chemistry
   topic|Nutrient Load of Estuaries
    estuary; nitrate plume; river discharge; algal bloom; oxygen minimum; fish kill
    isotope tracing; moored sensor; box model; water sampling
    nutrient load; residence time; chlorophyll level; dissolved oxygen
   topic|Trace Metals in Sediment
    sediment core; cadmium; lead deposit; harbour mud; pore water; iron oxide
    sequential extraction; mass spectrometry; microelectrode; grain sizing
    metal enrichment; burial flux; toxicity threshold; redox state
 field|Plant Health
  subfield|Crop Protection
   topic|Rust Fungi of Cereals
    stem rust; wheat cultivar; spore cloud; resistance gene; leaf pustule; alternate host
    field scoring; genotyping array; greenhouse assay; wind trajectory model
    infection severity; yield loss; virulence; latent period
   topic|Pollinator Decline
    bumblebee; hedgerow; neonicotinoid; nectar flow; solitary bee; orchard
    transect walk; radio tagging; pollen metabarcoding; hive weighing
    visitation rate; colony mass; fruit set; foraging range
   topic|Soil Fungal Networks
    mycorrhiza; hyphal network; pine seedling; phosphorus patch; truffle; forest soil
    amplicon sequencing; stable isotope labelling; rhizotron; mesh core
    colonisation; phosphorus uptake; fungal diversity; seedling growth
  subfield|Veterinary Parasitology
   topic|Ticks and Livestock Disease
    cattle tick; grazing herd; babesia; acaricide; blood smear; savanna
    dragging survey; antibody assay; mixed-effects model; polymerase chain reaction
    prevalence; tick burden; mortality; acaricide resistance
   topic|Helminths of Small Ruminants
    barber pole worm; goat flock; faecal egg; pasture rotation; anthelmintic; tannin diet
    egg count; larval culture; randomised trial; packed cell volume test
    egg output; weight gain; drug efficacy; anaemia score
 field|Cave and Karst
  subfield|Underground Water
   topic|Karst Spring Hydrology
    karst spring; sinkhole; conduit; epikarst; flood pulse; limestone aquifer
    dye tracing; spring hydrograph; gravity survey; conduit model
    discharge; recharge; turbidity; travel time
   topic|Stalagmite Climate Records
    stalagmite; cave drip; monsoon; growth layer; dripwater; flowstone
    uranium dating; oxygen isotope record; cave monitoring; wavelet analysis
    growth rate; rainfall; isotope ratio; hiatus length
domain|Mind and Machine
 field|Learning Systems
  subfield|Language Technology
   topic|Speech of Rare Languages
    field recording; tonal language; phoneme; interlinear gloss; code switching; dialect
    self-supervised encoder; forced alignment; elicitation task; transfer learning
    error rate; tone contrast; speaker variation; transcription cost
   topic|Summaries of Long Documents
    long document; extractive summary; court opinion; citation graph; sentence order; prompt
    attention mask; contrastive training; human rating; retrieval step
    faithfulness; coverage; reading time; hallucination rate
   topic|Retrieval with Sparse Vectors
    sparse vector; inverted index; query expansion; passage; term weight; test collection
    distillation; hard negative mining; pooling; ablation study
    recall; latency; index size; ranking quality
  subfield|Robot Perception
   topic|Grasping with Touch
    tactile sensor; soft gripper; slip event; fingertip; deformable object; glove box
    imitation learning; finite element model; domain randomisation; bayesian filter
    grasp success; contact force; slip margin; sample efficiency
   topic|Mapping Without Light
    sonar scan; smoke; loop closure; mine tunnel; thermal camera; inertial drift
    factor graph; occupancy grid; sensor fusion; ground truth survey
    drift; map error; runtime; coverage
 field|Society and Records
  subfield|Archives
   topic|Handwriting of Parish Registers
    parish register; baptism entry; scribe; ink fading; line segment; surname index
    handwriting recognition; crowd transcription; record linkage; layout analysis
    character error; linkage precision; page quality; name spelling
   topic|Provenance of Museum Objects
    museum object; expedition; dealer ledger; textile; restitution; inventory card
    archival search; network analysis; dye analysis; interview
    ownership gap; origin; documentation depth; acquisition date
  subfield|Health Services
   topic|Waiting for Care in Rural Clinics
    rural clinic; triage nurse; maternity ward; referral; mobile unit; drug stock
    discrete event simulation; household survey; interrupted time series; focus group
    waiting time; travel distance; stock-out; patient satisfaction
   topic|Sleep of Shift Workers
    night shift; rotating roster; melatonin; nap; ward nurse; light exposure
    actigraphy; crossover trial; sleep diary; saliva assay
    sleep length; reaction time; fatigue score; circadian phase
 field|Matter Made to Order
  subfield|Soft Materials
   topic|Gels that Heal
    hydrogel; dynamic bond; crack tip; polymer network; ionic liquid; borate ester
    rheometry; neutron scattering; molecular dynamics; tensile test
    toughness; healing time; swelling; storage modulus
   topic|Colours from Structure
    butterfly wing; photonic crystal; cellulose film; thin layer; pigment; lattice
    reflectance spectroscopy; self-assembly; electron microscopy; band structure model
    reflectance; hue shift; lattice spacing; angle dependence
  subfield|Particle Instruments
   topic|Detectors for Rare Events
    xenon chamber; photosensor; cosmic muon; background radon; dark count; cryostat
    likelihood fit; calibration source; pulse shape analysis; monte carlo simulation
    energy resolution; exclusion limit; background rate; light yield
"""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Node:
    """A domain, field or subfield."""

    level: str
    number: int
    name: str
    parent: Node | None

    @property
    def url(self) -> str:
        """The OpenAlex id as URL."""
        return f"https://openalex.org/{self.level}s/{self.number}"

    @property
    def short(self) -> dict[str, object]:
        """The record that other records carry of it."""
        return {"id": self.url, "display_name": self.name}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Topic:
    """A topic with the words of its papers."""

    number: int
    name: str
    subfield: Node
    things: tuple[str, ...]
    methods: tuple[str, ...]
    measures: tuple[str, ...]

    @property
    def url(self) -> str:
        """The OpenAlex id as URL."""
        return f"https://openalex.org/T{self.number}"

    @property
    def field(self) -> Node:
        """The field above the topic's subfield."""
        assert self.subfield.parent is not None
        return self.subfield.parent

    @property
    def domain(self) -> Node:
        """The domain above the topic's field."""
        assert self.field.parent is not None
        return self.field.parent

    @property
    def hierarchy(self) -> dict[str, object]:
        """Subfield, field and domain as other records carry them."""
        return {
            "subfield": self.subfield.short,
            "field": self.field.short,
            "domain": self.domain.short,
        }

    @property
    def description(self) -> str:
        """A sentence on the topic."""
        return (
            f"This cluster of papers explores {self.things[0]}, {self.things[1]} and "
            f"{self.things[2]}, studied by {self.methods[0]} and {self.methods[1]}, with "
            f"attention to {self.measures[0]} and {self.measures[1]}."
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Concept:
    """A subject of the older tree of concepts, which works still carry."""

    number: int
    name: str
    level: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Vocabulary:
    """The tree of topics and the concepts, by name."""

    domains: tuple[Node, ...]
    fields: tuple[Node, ...]
    subfields: tuple[Node, ...]
    topics: tuple[Topic, ...]
    concepts: dict[str, Concept]


@cache
def vocabulary() -> Vocabulary:
    """Return the vocabulary, which is the same for every seed.

    Examples
    --------
    >>> words = vocabulary()
    >>> words.topics[0].name, words.topics[0].subfield.url
    ('Dune Erosion and Recovery', 'https://openalex.org/subfields/9001')
    """
    nodes: dict[str, list[Node]] = {"domain": [], "field": [], "subfield": []}
    first_number = {"domain": 8, "field": 90, "subfield": 9001}
    parents = {"domain": None, "field": "domain", "subfield": "field"}
    topics: list[Topic] = []
    lines = iter(_TREE.strip().splitlines())
    for line in lines:
        level, name = line.strip().split("|")
        if level == "topic":
            things, methods, measures = (
                tuple(text.strip().split("; ")) for text in islice(lines, 3)
            )
            topics.append(
                Topic(
                    number=BASE + len(topics) + 1,
                    name=name,
                    subfield=nodes["subfield"][-1],
                    things=things,
                    methods=methods,
                    measures=measures,
                )
            )
            continue
        parent = parents[level]
        nodes[level].append(
            Node(
                level=level,
                number=first_number[level] + len(nodes[level]),
                name=name,
                parent=nodes[parent][-1] if parent else None,
            )
        )
    names = [(node.name, 0) for node in nodes["field"]]
    names += [(node.name, 1) for node in nodes["subfield"]]
    for topic in topics:
        names += [(word, 2) for word in topic.methods] + [(word, 3) for word in topic.measures]
        names += [(word, 4) for word in topic.things]
    concepts: dict[str, Concept] = {}
    for name, depth in names:
        concepts.setdefault(name, Concept(number=BASE + len(concepts) + 1, name=name, level=depth))
    return Vocabulary(
        domains=tuple(nodes["domain"]),
        fields=tuple(nodes["field"]),
        subfields=tuple(nodes["subfield"]),
        topics=tuple(topics),
        concepts=concepts,
    )
