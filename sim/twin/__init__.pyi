from .carried import payload as payload
from .face import Opened as Opened, face as face
from .packing import (
    ALPHABET as ALPHABET,
    packed as packed,
    packed_whole as packed_whole,
    sobol_directions as sobol_directions,
    stream_words as stream_words,
)
from .page import page as page
from .plain import (
    plain_plan as plain_plan,
    plain_scenario as plain_scenario,
    plain_target as plain_target,
    plain_world as plain_world,
)
from .scripts import face_script as face_script
from .sources import ENGINE as ENGINE, engine_script as engine_script
