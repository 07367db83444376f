from .answer import (
    CURRENT as CURRENT,
    REFERENCE as REFERENCE,
    Engine as Engine,
    Reader as Reader,
    evidence_of as evidence_of,
    margin as margin,
    rating as rating,
    variants as variants,
)
from .app import Planner as Planner
from .exchange import named as named, save as save, slug_of as slug_of
from .kept import (
    DAMAGED as DAMAGED,
    NEWER as NEWER,
    Content as Content,
    KeptFile as KeptFile,
    KeptTry as KeptTry,
    Unreadable as Unreadable,
    parse as parse,
)
from .levers import Shown as Shown, amount as amount, levers_content as levers_content, part as part
from .opening import Asked as Asked, read_parameters as read_parameters, setting as setting
from .private import Lodging as Lodging
from .prompt_connection import PromptConnection as PromptConnection
from .serve import Service as Service
from .state import Reference as Reference, State as State
from .view import COLUMNS as COLUMNS, frame as frame
from .words import Refusal as Refusal, Words as Words
