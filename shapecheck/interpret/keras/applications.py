"""keras.applications: models whose input is known, and of the output its rank and what `classes` says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.algebra import Shape
from shapecheck.interpret.builtins.reading import integer, text
from shapecheck.interpret.keras.functional import described
from shapecheck.interpret.keras.inputs import is_none, placeholder, written_shape
from shapecheck.interpret.values import Native, TensorValue, Value

if TYPE_CHECKING:
    from shapecheck.interpret.frames import Call
    from shapecheck.interpret.interpreter import Interpreter

# Each module with the functions that it holds; all of them are convolutional and end in maps n h w c.
_MODULES = {
    "vgg16": "VGG16",
    "vgg19": "VGG19",
    "resnet": "ResNet50 ResNet101 ResNet152",
    "resnet50": "ResNet50",
    "resnet_v2": "ResNet50V2 ResNet101V2 ResNet152V2",
    "inception_v3": "InceptionV3",
    "inception_resnet_v2": "InceptionResNetV2",
    "xception": "Xception",
    "mobilenet": "MobileNet",
    "mobilenet_v2": "MobileNetV2",
    "densenet": "DenseNet121 DenseNet169 DenseNet201",
    "nasnet": "NASNetMobile NASNetLarge",
    "efficientnet": " ".join(f"EfficientNetB{number}" for number in range(8)),
}


def application(interpreter: Interpreter, call: Call) -> Value:
    """`VGG16(include_top=False, input_shape=(224, 224, 3), pooling=None)`."""
    model = Native("keras.Model", inputs=None, outputs=None)
    if call.open or call.arguments or not is_none(call.keywords.get("input_tensor")):
        return model
    top = call.keywords.get("include_top")
    included = True if top is None else interpreter.known_truth(top)
    if included is None:
        return model
    shape = written_shape(interpreter, call.keywords.get("input_shape"), batch=False)
    if shape is None or len(shape) != 4:
        return model
    inputs = placeholder(shape, "float32")
    outputs = TensorValue(
        _output(interpreter, call, shape, included=included), "float32", family=inputs.family
    )
    model.data.update(inputs=inputs, outputs=outputs)
    model.attributes.update(described(inputs, outputs))
    return model


def _output(interpreter: Interpreter, call: Call, shape: Shape, *, included: bool) -> Shape | None:
    if included:
        classes = call.keywords.get("classes")
        count = 1000 if classes is None else integer(interpreter, classes)
        return Shape(shape[0], interpreter.fresh("classes") if count is None else count)
    pooling = call.keywords.get("pooling")
    if is_none(pooling):
        return Shape(shape[0], *(interpreter.fresh(name) for name in ("height", "width", "channels")))
    known = text(interpreter, pooling)
    return Shape(shape[0], interpreter.fresh("channels")) if known in ("avg", "max") else None


MODELS = {
    name: application
    for module, functions in _MODULES.items()
    for function in functions.split()
    for name in (f"keras.applications.{function}", f"keras.applications.{module}.{function}")
}
